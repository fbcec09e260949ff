//! What the regulator's recorded decisions flew and spared. Nothing is counted that nobody decided.

use super::Row;

/// How the patient goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    Stay,
    Road,
    Air,
    /// A team comes to the patient.
    Team,
}

/// A recorded decision, with what was on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transport {
    pub chosen: Chosen,
    /// Of the plan chosen.
    pub euros: f64,
    /// Of the cheapest flight that could have been carried out; `None` where no flight could.
    pub flight_euros: Option<f64>,
}

/// Decisions counted.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Transports {
    pub decisions: u32,
    pub flights: u32,
    /// A flight could have been carried out, and the patient was driven, or a team came.
    pub avoided_moving: u32,
    /// A flight could have been carried out, and the patient stayed.
    pub avoided_staying: u32,
    /// What the flights avoided would have cost (the cheapest of each case), less what was chosen instead.
    pub euros_saved: f64,
}

impl Transports {
    pub(super) fn of(rows: &[&Row]) -> Self {
        rows.iter().filter_map(|row| row.transport).fold(Self::default(), Self::and)
    }

    fn and(self, decided: Transport) -> Self {
        let counted = Self { decisions: self.decisions + 1, ..self };
        match (decided.chosen, decided.flight_euros) {
            (Chosen::Air, _) => Self { flights: self.flights + 1, ..counted },
            (_, None) => counted,
            (chosen, Some(flight)) => {
                let staying = u32::from(chosen == Chosen::Stay);
                Self {
                    avoided_moving: self.avoided_moving + 1 - staying,
                    avoided_staying: self.avoided_staying + staying,
                    euros_saved: self.euros_saved + flight - decided.euros,
                    ..counted
                }
            }
        }
    }
}
