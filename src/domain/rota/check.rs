//! What a pool must be before it is kept.

use super::{Level, Pool};

/// Longest name, characters.
const NAME: usize = 80;
/// Most shifts, and most exceptions, of a pool: a year of nights with room to spare.
const MOST: usize = 1000;

/// Why a pool was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RotaError {
    #[error("a pool's name has 1 to {NAME} characters")]
    Name,
    #[error("a pool answers for one site at least")]
    NoSite,
    #[error("shift {number} begins on no day")]
    NoDay { number: usize },
    #[error("exception {number} ends before it begins")]
    Backwards { number: usize },
    #[error("exceptions {one} and {other} hold level {} at the same time", u8::from(*.level))]
    Overlap { level: Level, one: usize, other: usize },
    #[error("a pool has at most {MOST} shifts and as many exceptions")]
    TooMany,
}

impl Pool {
    /// Checks what types alone cannot. Numbers in errors count from 1.
    ///
    /// # Errors
    /// [`RotaError`]
    pub fn check(&self) -> Result<(), RotaError> {
        if !(1..=NAME).contains(&self.name.trim().chars().count()) {
            return Err(RotaError::Name);
        }
        if self.sites.is_empty() {
            return Err(RotaError::NoSite);
        }
        if self.shifts.len() > MOST || self.exceptions.len() > MOST {
            return Err(RotaError::TooMany);
        }
        if let Some(at) = self.shifts.iter().position(|shift| shift.days.is_empty()) {
            return Err(RotaError::NoDay { number: at + 1 });
        }
        if let Some(at) = self.exceptions.iter().position(|exception| exception.to <= exception.from) {
            return Err(RotaError::Backwards { number: at + 1 });
        }
        self.overlap()
    }

    fn overlap(&self) -> Result<(), RotaError> {
        let mut ordered: Vec<_> = (1..).zip(&self.exceptions).collect();
        ordered.sort_by_key(|(_, exception)| (exception.level, exception.from));
        for pair in ordered.windows(2) {
            let [(one, first), (other, second)] = pair else { continue };
            if first.level == second.level && second.from < first.to {
                return Err(RotaError::Overlap { level: first.level, one: *one, other: *other });
            }
        }
        Ok(())
    }
}
