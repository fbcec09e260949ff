//! The result as a table for people.

use std::io::{self, Write};

use crate::domain::wording::{Language, Number, Text};
use crate::simulate::{Group, Outcome, Waits};

/// A group's names, French and English, and where its waits are.
type Named = (&'static str, &'static str, fn(&Waits) -> &Group);

/// The groups shown, in order.
const GROUPS: [Named; 6] = [
    ("tous", "all", |waits| &waits.all),
    ("malades", "diseased", |waits| &waits.diseased),
    ("malades signalés", "diseased, flagged", |waits| &waits.true_positive),
    ("malades manqués", "diseased, missed", |waits| &waits.missed),
    ("fausses alarmes", "false flags", |waits| &waits.false_positive),
    ("non malades", "not diseased", |waits| &waits.non_diseased),
];

pub(super) fn write(out: &mut impl Write, outcome: &Outcome, language: Language) -> io::Result<()> {
    let in_words = |text: &Text| match language {
        Language::French => text.fr.clone(),
        Language::English => text.en.clone(),
    };
    let say = |fr: &str, en: &str| in_words(&Text::new(fr, en));
    let minutes = |value: Option<f64>| {
        value.map_or_else(|| "–".to_owned(), |value| Number::decimal(value, 1).write(language))
    };
    let share = |value: f64| Number::decimal(value * 100.0, 1).write(language);
    writeln!(
        out,
        "{:<9} {:<18} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        say("ordre", "policy"),
        say("attente, min", "wait, min"),
        "n",
        say("moyenne", "mean"),
        "p50",
        "p95",
        "p99",
        "max",
        "> 120 %",
    )?;
    for policy in &outcome.policies {
        let mut name = policy.policy.as_str();
        for (fr, en, of) in GROUPS {
            let group = of(&policy.waits);
            writeln!(
                out,
                "{name:<9} {:<18} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
                say(fr, en),
                group.n,
                minutes(group.mean),
                minutes(group.p50),
                minutes(group.p95),
                minutes(group.p99),
                minutes(group.max),
                share(group.past_limit),
            )?;
            name = "";
        }
        let lost = Number::decimal(policy.utility_lost_per_patient * 1000.0, 3).write(language);
        writeln!(
            out,
            "{:<9} {} {lost}",
            "",
            say(
                "utilité perdue à attendre, millièmes par patient :",
                "utility lost by waiting, thousandths a patient:"
            )
        )?;
    }
    Ok(())
}
