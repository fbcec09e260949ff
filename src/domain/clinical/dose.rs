//! The dose of a thrombolytic by weight.

use serde::{Deserialize, Serialize};

use crate::domain::identity::Invalid;

/// What is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agent {
    /// 0.9 mg/kg, at most 90 mg: a tenth as a bolus over 1 min, the rest over 60 min (AHA/ASA 2019,
    /// doi:10.1161/STR.0000000000000211; ESO 2021, doi:10.1177/2396987321989865).
    Alteplase,
    /// 0.25 mg/kg, at most 25 mg, in one bolus (ESO 2023, doi:10.1177/23969873221150022).
    Tenecteplase,
}

impl Agent {
    pub const ALL: [Self; 2] = [Self::Alteplase, Self::Tenecteplase];

    /// mg per kg of body weight.
    #[must_use]
    pub fn mg_per_kg(self) -> f64 {
        match self {
            Self::Alteplase => 0.9,
            Self::Tenecteplase => 0.25,
        }
    }

    /// Never more than this, mg.
    #[must_use]
    pub fn most_mg(self) -> f64 {
        match self {
            Self::Alteplase => 90.0,
            Self::Tenecteplase => 25.0,
        }
    }

    /// Share of the dose that goes in at once.
    fn bolus_share(self) -> f64 {
        match self {
            Self::Alteplase => 0.1,
            Self::Tenecteplase => 1.0,
        }
    }

    /// Where the dose comes from, as it is shown.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::Alteplase => {
                "AHA/ASA 2019, doi:10.1161/STR.0000000000000211 ; ESO 2021, doi:10.1177/2396987321989865"
            }
            Self::Tenecteplase => "ESO 2023, doi:10.1177/23969873221150022",
        }
    }
}

/// Body weight of an adult, kg. Below 30 or above 300 it is taken for a slip of the finger, not for a weight.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Kilograms(f64);

impl TryFrom<f64> for Kilograms {
    type Error = Invalid;

    fn try_from(kg: f64) -> Result<Self, Invalid> {
        if (30.0..=300.0).contains(&kg) {
            Ok(Self(kg))
        } else {
            Err(Invalid { what: "weight", problem: "must be 30 to 300 kg" })
        }
    }
}

impl From<Kilograms> for f64 {
    fn from(weight: Kilograms) -> Self {
        weight.0
    }
}

/// Milligrams to a tenth, rounded down: never above what the weight allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dose {
    pub agent: Agent,
    pub total_mg: f64,
    pub bolus_mg: f64,
    /// Over the hour that follows; zero where all goes in at once.
    pub infusion_mg: f64,
}

/// The dose for a weight.
#[must_use]
pub fn dose(agent: Agent, weight: Kilograms) -> Dose {
    let total = tenths((weight.0 * agent.mg_per_kg()).min(agent.most_mg()));
    let bolus = tenths(total * agent.bolus_share());
    Dose { agent, total_mg: total, bolus_mg: bolus, infusion_mg: tenths(total - bolus) }
}

/// Rounded down to a tenth, forgiving what binary fractions leave below a whole tenth.
fn tenths(mg: f64) -> f64 {
    (mg * 10.0 + 1e-6).floor() / 10.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn given(agent: Agent, kg: f64) -> [f64; 3] {
        let dose = dose(agent, Kilograms::try_from(kg).unwrap());
        [dose.total_mg, dose.bolus_mg, dose.infusion_mg]
    }

    #[test]
    fn the_published_doses() {
        assert_eq!(given(Agent::Alteplase, 70.0), [63.0, 6.3, 56.7]);
        assert_eq!(given(Agent::Alteplase, 100.0), [90.0, 9.0, 81.0]);
        assert_eq!(given(Agent::Alteplase, 140.0), [90.0, 9.0, 81.0]);
        assert_eq!(given(Agent::Tenecteplase, 70.0), [17.5, 17.5, 0.0]);
        assert_eq!(given(Agent::Tenecteplase, 130.0), [25.0, 25.0, 0.0]);
    }

    #[test]
    fn what_is_no_adult_weight_is_refused() {
        for kg in [7.0, 29.9, 300.1, f64::NAN, -70.0] {
            assert!(Kilograms::try_from(kg).is_err(), "{kg}");
        }
    }

    #[test]
    fn an_adult_weighs_30_to_300_kg() {
        assert_eq!([30.0, 300.0].map(|kg| Kilograms::try_from(kg).map(f64::from)), [Ok(30.0), Ok(300.0)]);
    }

    #[test]
    fn a_dose_is_rounded_down_to_a_tenth_and_told_by_its_source() {
        // 65.4 kg: 58.86 mg, a tenth of 58.8 at once. 53.7 kg: 13.425 mg.
        assert_eq!(given(Agent::Alteplase, 65.4), [58.8, 5.8, 53.0]);
        assert_eq!(given(Agent::Tenecteplase, 53.7), [13.4, 13.4, 0.0]);
        assert!(Agent::Alteplase.source().starts_with("AHA/ASA 2019, doi:"));
        assert!(Agent::Tenecteplase.source().starts_with("ESO 2023, doi:"));
    }

    proptest! {
        #[test]
        fn never_above_the_limit_and_never_less_for_more_weight(a in 30.0..300.0_f64, b in 30.0..300.0_f64) {
            for agent in Agent::ALL {
                let [low, high] = [a.min(b), a.max(b)].map(|kg| dose(agent, Kilograms::try_from(kg).unwrap()));
                prop_assert!(low.total_mg <= high.total_mg);
                prop_assert!(high.total_mg <= agent.most_mg());
                prop_assert!(high.total_mg <= a.max(b) * agent.mg_per_kg() + 1e-6);
                prop_assert!((high.bolus_mg + high.infusion_mg - high.total_mg).abs() < 1e-9);
            }
        }
    }
}
