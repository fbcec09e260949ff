//! A plan that a gate stops is not decided by oversight: only against the gate, and saying why.

use crate::domain::wording::Text;

/// The regulator's own words on why a gate does not hold tonight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgainstGate(String);

impl AgainstGate {
    /// As the record keeps it.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.0
    }
}

/// The gate that stops the plan, and nothing said against it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a gate stops this plan: {}", gate.en)]
pub struct Stopped {
    pub gate: Text,
}

/// Passes a plan that no gate stops, whatever is said; one that a gate stops only with a reason that is not blank.
///
/// # Errors
/// [`Stopped`]
pub fn pass_gate(blocked_by: Option<&Text>, despite: &str) -> Result<Option<AgainstGate>, Stopped> {
    let despite = despite.trim();
    match blocked_by {
        None => Ok(None),
        Some(gate) if despite.is_empty() => Err(Stopped { gate: gate.clone() }),
        Some(_) => Ok(Some(AgainstGate(despite.to_owned()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Text {
        Text::new("vol impossible : météo", "no flight: weather")
    }

    #[test]
    fn a_stopped_plan_passes_only_with_a_reason() {
        for blank in ["", "  \n\t"] {
            let stopped = pass_gate(Some(&gate()), blank).unwrap_err();
            assert_eq!(stopped, Stopped { gate: gate() });
            assert_eq!(stopped.to_string(), "a gate stops this plan: no flight: weather");
        }
        let passed = pass_gate(Some(&gate()), " the crew takes off, called at 03:10 ").unwrap();
        assert_eq!(passed.unwrap().reason(), "the crew takes off, called at 03:10");
    }

    #[test]
    fn an_open_plan_needs_none_and_keeps_none() {
        assert_eq!(pass_gate(None, ""), Ok(None));
        assert_eq!(pass_gate(None, "left over from another plan"), Ok(None));
    }
}
