//! Clinical scores in one line.

use super::{Number, Text};
use crate::domain::clinical::checklist::{Blocks, Item, Verdict, Weight};
use crate::domain::clinical::dose::{Agent, Dose};
use crate::domain::clinical::examination::{Examination, Total};
use crate::domain::clinical::form::Said;
use crate::domain::clinical::score::{Assessment, Way};

/// What was recorded, with its total or what blocks it.
#[must_use]
pub fn assessed(assessment: &Assessment, way: Way) -> Text {
    let said = match assessment {
        Assessment::Scale(examination) => examined(examination),
        Assessment::Thrombolysis(review) => verdict(&review.verdict()),
    };
    match way {
        Way::Bedside => said,
        Way::Video => Text::new(format!("{}, par vidéo", said.fr), format!("{}, by video", said.en)),
    }
}

/// "NIHSS 14", or what could not be tested.
#[must_use]
pub fn examined(examination: &Examination) -> Text {
    let name = examination.scale().form().name;
    let untested: Vec<Text> = examination.untestable().map(|item| item.label.into()).collect();
    let untested = Text::join(&untested, " · ");
    match examination.total() {
        Total::Exact(points) => Text::new(format!("{name} {points}"), format!("{name} {points}")),
        Total::AtLeast(points) => Text::new(
            format!("{name} {points} au moins (non testable : {})", untested.fr),
            format!("{name} at least {points} (untestable: {})", untested.en),
        ),
        Total::None => Text::new(
            format!("{name} sans total (non testable : {})", untested.fr),
            format!("{name} without a total (untestable: {})", untested.en),
        ),
    }
}

/// The checklist's outcome.
#[must_use]
pub fn verdict(verdict: &Verdict) -> Text {
    match verdict {
        Verdict::Ready(dose) => {
            let dose = dosed(dose);
            Text::new(
                format!("Thrombolyse : rien contre, {}", dose.fr),
                format!("Thrombolysis: nothing against, {}", dose.en),
            )
        }
        Verdict::Blocked(blocks) => {
            let blocks = blocked(blocks);
            Text::new(
                format!("Thrombolyse : pas de dose. {}", blocks.fr),
                format!("Thrombolysis: no dose. {}", blocks.en),
            )
        }
    }
}

/// What stands in the way, each by its name.
#[must_use]
pub fn blocked(blocks: &Blocks) -> Text {
    let listed = |fr: &str, en: &str, items: &[Item], said: fn(Item) -> Said| {
        let questions: Vec<Text> = items.iter().map(|item| said(*item).into()).collect();
        let questions = Text::join(&questions, " · ");
        if items.is_empty() {
            Text::new("", "")
        } else {
            Text::new(format!("{fr} : {}.", questions.fr), format!("{en}: {}.", questions.en))
        }
    };
    let weight = match blocks.weight {
        Weight::Known => Text::new("", ""),
        Weight::Unknown => Text::new("Poids inconnu.", "Weight unknown."),
    };
    let parts = [
        listed("Contre", "Against", &blocks.against, Item::against),
        listed("Inconnu", "Unknown", &blocks.unknown, Item::question),
        weight,
    ];
    Text::join(&parts, " ")
}

/// "altéplase 63,0 mg : bolus 6,3 mg, puis 56,7 mg en 60 min".
#[must_use]
pub fn dosed(dose: &Dose) -> Text {
    let mg = |amount: f64| Number::decimal(amount, 1).with_unit("mg");
    let [total, bolus, rest] = [dose.total_mg, dose.bolus_mg, dose.infusion_mg].map(mg);
    match dose.agent {
        Agent::Alteplase => Text::new(
            format!("altéplase {} : bolus {} en 1 min, puis {} en 60 min", total.fr, bolus.fr, rest.fr),
            format!("alteplase {}: bolus {} over 1 min, then {} over 60 min", total.en, bolus.en, rest.en),
        ),
        Agent::Tenecteplase => Text::new(
            format!("ténectéplase {} en un bolus", total.fr),
            format!("tenecteplase {} in one bolus", total.en),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clinical::dose::{Kilograms, dose};
    use crate::domain::clinical::examination::Score;
    use crate::domain::clinical::form::Scale;

    #[test]
    fn a_floor_is_called_one_and_the_way_is_told() {
        let scores = Scale::Nihss.form().items.iter().map(|item| match item.code {
            "left_arm" => Score::UNTESTABLE,
            "gaze" => Score::Points(2),
            _ => Score::Points(0),
        });
        let examination = Examination::new(Scale::Nihss, scores.collect()).unwrap();
        let said = assessed(&Assessment::Scale(examination), Way::Video);
        assert_eq!(said.fr, "NIHSS 2 au moins (non testable : 5a. Bras gauche tendu, 10 s), par vidéo");
        assert_eq!(said.en, "NIHSS at least 2 (untestable: 5a. Left arm held out, 10 s), by video");
    }

    #[test]
    fn a_total_is_said_alone_at_the_bedside_and_its_absence_with_its_cause() {
        let of = |scale, scores: Vec<Score>| Assessment::Scale(Examination::new(scale, scores).unwrap());
        let points = |n: &[u8]| n.iter().copied().map(Score::Points).collect::<Vec<_>>();
        assert_eq!(assessed(&of(Scale::Race, points(&[2, 2, 1, 0, 1])), Way::Bedside).en, "RACE 6");
        let intubated = [points(&[1]), vec![Score::UNTESTABLE], points(&[5])].concat();
        assert_eq!(
            assessed(&of(Scale::Glasgow, intubated), Way::Bedside).en,
            "Glasgow without a total (untestable: Verbal response)"
        );
    }

    #[test]
    fn the_dose_is_written_whole() {
        let said = dosed(&dose(Agent::Alteplase, Kilograms::try_from(70.0).unwrap()));
        assert_eq!(
            said.fr,
            "altéplase 63,0\u{202f}mg : bolus 6,3\u{202f}mg en 1 min, puis 56,7\u{202f}mg en 60 min"
        );
    }

    #[test]
    fn what_blocks_is_named() {
        let blocks = Blocks {
            against: vec![Item::HemorrhageExcluded, Item::RecentGastrointestinalBleeding],
            unknown: vec![Item::PlateletsSufficient],
            weight: Weight::Unknown,
        };
        assert_eq!(
            blocked(&blocks).en,
            "Against: Haemorrhage not excluded by imaging · Gastrointestinal cancer, or bleeding within 21 days. \
             Unknown: Platelets 100 × 10⁹/L or more. Weight unknown."
        );
    }
}
