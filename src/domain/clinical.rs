//! Scales and scores of stroke medicine, each with its source.

pub mod benchmark;
pub mod checklist;
pub mod hematoma;
pub mod nihss;
pub mod race;

use super::identity::Invalid;

/// A score that its item allows, or the refusal.
fn allowed(score: u8, max: u8, what: &'static str) -> Result<u8, Invalid> {
    if score <= max { Ok(score) } else { Err(Invalid { what, problem: "is above what the item allows" }) }
}
