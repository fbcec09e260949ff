//! The dispatch recommendation in one sentence, with its numbers and its doubt.

use super::Language::{English, French};
use super::{Number, Text};
use crate::domain::dispatch::{Assessment, BreakEven, Gain, NEGLIGIBLE_UTILITY, OnsetAge, Patient, Plan};
use crate::domain::outcome::MT_NO_EFFECT;
use crate::domain::time::Minutes;

mod named;

use named::Named;

/// What the plans change, what that costs, and how sure it is.
#[must_use]
pub fn recommendation(
    plans: &[Plan],
    assessments: &[Assessment],
    recommended: Option<usize>,
    gain: Option<&Gain>,
    patient: &Patient,
) -> Text {
    let Some(chosen) = recommended.map(|i| &plans[i]) else {
        return Text::new("Aucun plan n'est réalisable.", "No plan can be carried out.");
    };
    let sentence = match gain {
        None => only(chosen),
        Some(_) if nothing_changes(plans, assessments) => unchanged(chosen),
        Some(gain) if gain.euros < 0.0 && gain.expected_utility < NEGLIGIBLE_UTILITY => no_better(chosen),
        Some(gain) if gain.euros < 0.0 => cheapest_is_best(chosen, &plans[gain.over], gain),
        Some(gain) => worth(chosen, &plans[gain.over], gain),
    };
    match patient.onset {
        OnsetAge::Known(age) if any_late(plans, age) => Text::join(
            &[
                sentence,
                Text::new(
                    "Au-delà de 8 h la thrombectomie relève de la sélection par imagerie (DAWN, DEFUSE-3), non comptée ici.",
                    "Beyond 8 h thrombectomy depends on selection by imaging (DAWN, DEFUSE-3), not counted here.",
                ),
            ],
            " ",
        ),
        OnsetAge::Known(_) => sentence,
        OnsetAge::WithinLast { .. } => {
            let onset = patient.onset.in_words();
            let counted = if plans.iter().all(|p| p.needle.is_none()) {
                Text::new(" ; thrombolyse non comptée", "; thrombolysis not counted")
            } else {
                Text::new("", "")
            };
            Text::new(
                format!("{} Heure de début : {}{}.", sentence.fr, onset.fr, counted.fr),
                format!("{} Time of onset: {}{}.", sentence.en, onset.en, counted.en),
            )
        }
    }
}

/// Whether a feasible plan's thrombectomy comes after the published curve has ended.
fn any_late(plans: &[Plan], age: Minutes) -> bool {
    plans.iter().any(|p| p.blocked_by.is_none() && p.groin.is_some_and(|groin| age + groin >= MT_NO_EFFECT))
}

/// Whether every feasible plan is worth the same to the patient.
fn nothing_changes(plans: &[Plan], assessments: &[Assessment]) -> bool {
    let utilities = || {
        plans.iter().zip(assessments).filter(|(p, _)| p.blocked_by.is_none()).map(|(_, a)| a.expected_utility)
    };
    let (least, most) =
        (utilities().fold(f64::INFINITY, f64::min), utilities().fold(f64::NEG_INFINITY, f64::max));
    most - least < NEGLIGIBLE_UTILITY
}

fn only(chosen: &Plan) -> Text {
    Text::new(
        format!("Seul plan réalisable : « {} ».", chosen.label.fr),
        format!("The only plan that can be carried out: “{}”.", chosen.label.en),
    )
}

fn unchanged(chosen: &Plan) -> Text {
    let cost = euros(chosen.cost_euros);
    Text::new(
        format!(
            "Aucun transport ne change le devenir de ce patient : « {} » suffit ({}).",
            chosen.label.fr, cost.fr
        ),
        format!(
            "No transport changes the outcome of this patient: “{}” is enough ({}).",
            chosen.label.en, cost.en
        ),
    )
}

/// Some transports would even harm.
fn no_better(chosen: &Plan) -> Text {
    let cost = euros(chosen.cost_euros);
    Text::new(
        format!(
            "Aucun transport n'améliore le devenir de ce patient : « {} » suffit ({}).",
            chosen.label.fr, cost.fr
        ),
        format!(
            "No transport improves the outcome of this patient: “{}” is enough ({}).",
            chosen.label.en, cost.en
        ),
    )
}

/// The recommended plan costs less than the next best.
fn cheapest_is_best(chosen: &Plan, over: &Plan, gain: &Gain) -> Text {
    let (more, loss, doubt) = (euros(-gain.euros), points(gain.p_mrs_0_2, gain.p_mrs_0_2_range), doubt(gain));
    Text::new(
        format!(
            "« {} » suffit : « {} » coûterait {} de plus et ferait perdre {} de P(mRS 0–2){}.",
            chosen.label.fr, over.label.fr, more.fr, loss.fr, doubt.fr
        ),
        format!(
            "“{}” is enough: “{}” would cost {} more and lose {} of P(mRS 0–2){}.",
            chosen.label.en, over.label.en, more.en, loss.en, doubt.en
        ),
    )
}

/// The recommended plan costs as much as the other or more, and gains.
fn worth(chosen: &Plan, over: &Plan, gain: &Gain) -> Text {
    let (better, other) = (Named::pair(chosen, over), Named::pair(over, chosen));
    let points = points(gain.p_mrs_0_2, gain.p_mrs_0_2_range);
    let time = gain.minutes.filter(|minutes| minutes.abs() >= 0.5).map_or_else(
        || Text::new("", ""),
        |minutes| {
            let span = Number::whole(minutes.abs()).with_unit("min");
            if minutes >= 0.0 {
                Text::new(format!("{} et ", span.fr), format!("{} and ", span.en))
            } else {
                Text::new(
                    format!("(malgré {} de plus avant traitement) ", span.fr),
                    format!("(despite {} more before treatment) ", span.en),
                )
            }
        },
    );
    let price = price(chosen, gain);
    let until = until(&better, &other, gain.break_even);
    let over = if until.fr.is_empty() {
        Text::new(format!(" sur {}", other.within.fr), format!(" on {}", other.within.en))
    } else {
        Text::new("", "")
    };
    Text::new(
        format!(
            "{} gagne {}{} de P(mRS 0–2){}{}{}{}.",
            better.first.fr,
            time.fr,
            points.fr,
            over.fr,
            price.fr,
            until.fr,
            doubt(gain).fr
        ),
        format!(
            "{} gains {}{} of P(mRS 0–2){}{}{}{}.",
            better.first.en,
            time.en,
            points.en,
            over.en,
            price.en,
            until.en,
            doubt(gain).en
        ),
    )
}

/// From which delay on the other plan does as well.
fn until(better: &Named, other: &Named, break_even: BreakEven) -> Text {
    let BreakEven::After(delay) = break_even else { return Text::new("", "") };
    // Down to the whole minute, but 59.99 found by halving is 60.
    let minutes = (delay.0 + 0.01).floor();
    let late = if minutes < 1.0 {
        Text::new(
            format!("au moindre retard {}", better.of_transport.fr),
            format!("at the slightest delay of {}", better.transport.en),
        )
    } else {
        let span = Number::whole(minutes).with_unit("min");
        Text::new(
            format!("si {} tarde de plus de {}", better.transport.fr, span.fr),
            format!("if {} is more than {} late", better.transport.en, span.en),
        )
    };
    Text::new(
        format!(" ; {} suffit {}", other.within.fr, late.fr),
        format!("; {} is enough {}", other.within.en, late.en),
    )
}

fn price(chosen: &Plan, gain: &Gain) -> Text {
    if gain.euros <= 0.0 {
        return Text::new(" au même coût", " at the same cost");
    }
    let more = euros(gain.euros);
    let more = if (gain.euros - chosen.cost_euros).abs() < 0.5 {
        Text::new("", "")
    } else {
        Text::new(format!("{} de plus", more.fr), format!("{} more", more.en))
    };
    let each = gain.euros_per_good_outcome.map_or_else(
        || Text::new("", ""),
        |each| {
            let each = Number::whole(to_hundreds(each)).as_euros();
            Text::new(
                format!("{} par patient indépendant de plus", each.fr),
                format!("{} per additional independent patient", each.en),
            )
        },
    );
    let all = euros(chosen.cost_euros);
    let details = Text::join(&[more, each], ", ");
    if details.fr.is_empty() {
        return Text::new(format!(" pour {}", all.fr), format!(" for {}", all.en));
    }
    Text::new(format!(" pour {} ({})", all.fr, details.fr), format!(" for {} ({})", all.en, details.en))
}

/// Neither bypass nor drip-and-ship is ever asserted as the better where the futures drawn do not say so (RACECAT,
/// doi:10.1001/jama.2022.4404).
fn doubt(gain: &Gain) -> Text {
    if gain.is_beyond_doubt() || gain.expected_utility.abs() < NEGLIGIBLE_UTILITY {
        Text::new("", "")
    } else {
        Text::new(
            " ; les intervalles se recouvrent, rien ne montre que l'un vaille mieux que l'autre",
            "; the ranges overlap, nothing shows that one is better than the other",
        )
    }
}

/// "2,1 points [0,9–3,4]" from shares; a dash between minus signs would not be read.
fn points(share: f64, range: [f64; 2]) -> Text {
    let write = |language| [share, range[0], range[1]].map(|p| Number::decimal(p * 100.0, 1).write(language));
    let ([fr, fr_low, fr_high], [en, en_low, en_high]) = (write(French), write(English));
    // French counts from two, of what is written.
    let unit = if fr.trim_start_matches('−').split(',').next().is_some_and(|whole| matches!(whole, "0" | "1"))
    {
        "point"
    } else {
        "points"
    };
    let (fr_dash, en_dash) = if range[0] < 0.0 { (" à ", " to ") } else { ("–", "–") };
    Text::new(
        format!("{fr}\u{202f}{unit} [{fr_low}{fr_dash}{fr_high}]"),
        format!("{en} points [{en_low}{en_dash}{en_high}]"),
    )
}

fn euros(amount: f64) -> Text {
    Number::whole(amount).as_euros()
}

/// A figure this uncertain is not written to the euro.
fn to_hundreds(amount: f64) -> f64 {
    (amount / 100.0).round() * 100.0
}

#[cfg(test)]
mod tests;
