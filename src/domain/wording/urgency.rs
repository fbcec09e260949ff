//! A case's place in the queue, in words.

use super::{Number, Text};
use crate::domain::case::{Anticoagulant, Onset};
use crate::domain::evidence::{Analysis, Finding, Task};
use crate::domain::time::{CaseClock, Minutes, Timestamp};
use crate::domain::urgency::{QueueCase, ReasonCode, Urgency};

/// The place in one sentence: that it is its last turn, if so; what speaks loudest; then the clock.
/// "saignement probable, 94 %, 6,6 mL · 38 min avant l'objectif".
#[must_use]
pub fn explain(case: &QueueCase<'_>, urgency: &Urgency, now: Timestamp) -> Text {
    let flags: Vec<Text> =
        Task::ALL.into_iter().filter_map(|task| strongest_flag(case, task)).map(flag).collect();
    let picture = if flags.is_empty() { clinical(case, urgency) } else { Text::join(&flags, " · ") };
    let last = urgency.reasons.iter().any(|reason| reason.code == ReasonCode::LastTurn).then(last_turn);
    Text::join(&last.into_iter().chain([picture, clock(case.clock, now)]).collect::<Vec<_>>(), " · ")
}

/// One reason in words.
#[must_use]
pub fn reason(code: ReasonCode, case: &QueueCase<'_>, urgency: &Urgency, now: Timestamp) -> Text {
    let certain = |task, otherwise| strongest_flag(case, task).map_or(otherwise, flag);
    let likely = |fr: &str, en: &str, share: f64| {
        let share = Number::percent(share).as_percentage();
        Text::new(
            format!("{fr} selon la clinique, {}", share.fr),
            format!("{en} from the clinical picture, {}", share.en),
        )
    };
    match code {
        ReasonCode::AiHemorrhage => {
            certain(Task::Hemorrhage, Text::new("saignement signalé", "bleeding flagged"))
        }
        ReasonCode::AiOcclusion => {
            certain(Task::Occlusion, Text::new("occlusion signalée", "occlusion flagged"))
        }
        ReasonCode::AiInfarct => certain(Task::Infarct, Text::new("infarctus signalé", "infarct flagged")),
        ReasonCode::ClinicalHemorrhage => likely("hémorragie", "haemorrhage", urgency.clinical.hemorrhage()),
        ReasonCode::ClinicalLvo => {
            likely("occlusion d'une grosse artère", "large-vessel occlusion", urgency.clinical.lvo())
        }
        ReasonCode::ClinicalIschaemia => likely("autre ischémie", "other ischaemia", urgency.clinical.nlvo()),
        ReasonCode::Deadline | ReasonCode::PastLimit => clock(case.clock, now),
        ReasonCode::Arrived => Text::new("vient d'arriver", "just arrived"),
        ReasonCode::LastTurn => last_turn(),
    }
}

fn last_turn() -> Text {
    Text::new("à ouvrir maintenant, sinon une limite sera dépassée", "open now, or a limit will be missed")
}

/// The flag of `task` with the highest probability among those that may move the queue here.
fn strongest_flag<'a>(case: &QueueCase<'a>, task: Task) -> Option<&'a Finding> {
    let probability = |finding: &Finding| match finding.analysis {
        Analysis::Analysed { probability, .. } => probability,
        _ => 0.0,
    };
    case.findings
        .iter()
        .filter(|f| f.task == task && f.is_positive() && case.site.admits(f))
        .max_by(|a, b| probability(a).total_cmp(&probability(b)))
}

fn flag(finding: &Finding) -> Text {
    let name = match finding.task {
        Task::Hemorrhage => Text::new("saignement probable", "probable bleeding"),
        Task::Occlusion => Text::new("occlusion probable", "probable occlusion"),
        Task::Infarct => Text::new("infarctus probable", "probable infarct"),
    };
    let mut parts = vec![name];
    if let Analysis::Analysed { probability, volume_ml, .. } = finding.analysis {
        parts.push(Number::percent(probability).as_percentage());
        parts.extend(volume_ml.map(|ml| Number::decimal(ml, 1).with_unit("mL")));
    }
    if finding.provisional {
        parts.push(Text::new("provisoire", "provisional"));
    }
    Text::join(&parts, ", ")
}

fn clinical(case: &QueueCase<'_>, urgency: &Urgency) -> Text {
    let picture = case.picture;
    let mut parts = Vec::new();
    if let Some(race) = picture.race {
        parts.push(Text::new(format!("RACE {}", u8::from(race)), format!("RACE {}", u8::from(race))));
    }
    if let Some(nihss) = picture.nihss {
        parts.push(Text::new(format!("NIHSS {}", u8::from(nihss)), format!("NIHSS {}", u8::from(nihss))));
    }
    if parts.is_empty() {
        parts.push(Text::new("gravité non précisée", "severity not stated"));
    } else {
        let share = Number::percent(urgency.clinical.lvo()).as_percentage();
        parts.push(Text::new(
            format!("occlusion d'une grosse artère {}", share.fr),
            format!("large-vessel occlusion {}", share.en),
        ));
    }
    match picture.anticoagulant {
        Anticoagulant::Vka => parts.push(Text::new("sous AVK", "on a vitamin K antagonist")),
        Anticoagulant::Doac => parts.push(Text::new("sous AOD", "on a direct oral anticoagulant")),
        Anticoagulant::None | Anticoagulant::Unknown => {}
    }
    match picture.onset {
        Onset::Known { .. } => {}
        Onset::WakeUp { .. } => parts.push(Text::new("au réveil", "on waking")),
        Onset::Unknown => parts.push(Text::new("début inconnu", "onset unknown")),
    }
    Text::join(&parts, ", ")
}

/// Where the clock stands: what is left before the target, then before the limit.
fn clock(clock: CaseClock, now: Timestamp) -> Text {
    let left = clock.target_at() - now;
    if left > Minutes::ZERO {
        let left = whole(left, f64::ceil);
        return Text::new(format!("{} avant l'objectif", left.fr), format!("{} to target", left.en));
    }
    let left = clock.limit_at() - now;
    if left > Minutes::ZERO {
        let left = whole(left, f64::ceil);
        return Text::new(
            format!("objectif dépassé, {} avant la limite", left.fr),
            format!("past target, {} to limit", left.en),
        );
    }
    let over = whole(now - clock.limit_at(), f64::floor);
    Text::new(format!("limite dépassée de {}", over.fr), format!("past limit by {}", over.en))
}

fn whole(minutes: Minutes, round: fn(f64) -> f64) -> Text {
    Number::whole(round(minutes.0)).with_unit("min")
}
