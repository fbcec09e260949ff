//! Scales and scores of stroke medicine, each with its source.

pub mod aspects;
pub mod benchmark;
pub mod checklist;
pub mod comparison;
pub mod dose;
pub mod examination;
mod fast_ed;
pub mod form;
mod glasgow;
pub mod hematoma;
mod ich;
mod lams;
pub mod milestone;
mod nihss;
mod race;
mod rankin;
pub mod score;
