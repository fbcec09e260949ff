//! Who is on call, and why, in words.

use jiff::civil::{Date, DateTime, Time};

use super::Text;
use crate::domain::rota::import::{LONGEST_DAYS, Problem};
use crate::domain::rota::{Day, Duty, Level, Pool, Segment, Specialty, Why};
use crate::domain::time::Timestamp;

/// A specialty's name.
#[must_use]
pub fn specialty(specialty: Specialty) -> Text {
    match specialty {
        Specialty::Neurologist => Text::new("neurologue", "neurologist"),
        Specialty::Radiologist => Text::new("radiologue", "radiologist"),
        Specialty::Interventionalist => {
            Text::new("neuroradiologue interventionnel", "interventional neuroradiologist")
        }
    }
}

/// Why a person is on call: the pool, the level, and the hours by the pool's own clocks.
#[must_use]
pub fn duty_reason(pool: &Pool, level: Level, duty: &Duty) -> Text {
    let (name, level, zone) = (&pool.name, u8::from(level), pool.zone.name());
    let until = moment(pool, duty.until);
    match &duty.why {
        Why::Weekly { days, from, to } => {
            let (from, to) = (hour(*from), hour(*to));
            let days = day_names(&days.iter().copied().collect::<Vec<_>>());
            Text::new(
                format!(
                    "{name}, niveau {level} : garde de {from} à {to} ({}), jusqu'à {} ({zone})",
                    days.fr, until.fr
                ),
                format!(
                    "{name}, level {level}: on call from {from} to {to} ({}), until {} ({zone})",
                    days.en, until.en
                ),
            )
        }
        Why::Dated { note, .. } => {
            let note = note.trim();
            let said = if note.is_empty() { String::new() } else { format!(" ({note})") };
            Text::new(
                format!("{name}, niveau {level} : remplacement daté{said}, jusqu'à {} ({zone})", until.fr),
                format!("{name}, level {level}: dated replacement{said}, until {} ({zone})", until.en),
            )
        }
    }
}

/// Nobody holds a level for a while.
#[must_use]
pub fn gap(pool: &Pool, segment: &Segment) -> Text {
    let level = u8::from(segment.level);
    let (from, to) = (moment(pool, segment.from), moment(pool, segment.to));
    Text::new(
        format!("Niveau {level} : personne de garde du {} au {}", from.fr, to.fr),
        format!("Level {level}: nobody on call from {} to {}", from.en, to.en),
    )
}

/// Nobody is on call for a site and a need.
#[must_use]
pub fn absence(site: &str, need: Specialty, pools: usize) -> Text {
    let need = specialty(need);
    if pools == 0 {
        return Text::new(
            format!("Aucun tour de garde ne couvre {site} ({}) : un appel va à tous les lecteurs", need.fr),
            format!("No rota covers {site} ({}): a call goes to every reader", need.en),
        );
    }
    Text::new(
        format!("Personne n'est de garde pour {site} ({}) : un appel va à tous les lecteurs", need.fr),
        format!("Nobody is on call for {site} ({}): a call goes to every reader", need.en),
    )
}

/// What is wrong with a line of a table.
#[must_use]
pub fn import_problem(problem: &Problem) -> Text {
    let (fr, en) = match problem {
        Problem::Unreadable => (
            "Ligne illisible : guillemet ouvert ou colonnes en trop ou en moins",
            "Unreadable: an open quote, or too many or too few columns",
        ),
        Problem::NoColumn(name) => {
            return Text::new(
                format!("La première ligne n'a pas de colonne « {name} »"),
                format!("The first line has no column '{name}'"),
            );
        }
        Problem::NoPool => ("Aucun tour de garde de ce nom court", "No pool of this short name"),
        Problem::NoLevel => ("Le niveau va de 1 à 9", "A level is 1 to 9"),
        Problem::NoPerson => ("Aucun compte de ce nom", "No account of this name"),
        Problem::CannotAnswer(site) => {
            return Text::new(
                format!("Cette personne ne peut pas répondre pour {site}"),
                format!("This person cannot answer for {site}"),
            );
        }
        Problem::NoFrom => {
            ("Début illisible : écrivez 2026-12-24T20:00", "Unreadable start: write 2026-12-24T20:00")
        }
        Problem::NoTo => {
            ("Fin illisible : écrivez 2026-12-25T08:00", "Unreadable end: write 2026-12-25T08:00")
        }
        Problem::NoZone => (
            "Fuseau inconnu : un nom IANA, comme Europe/Paris",
            "Unknown zone: an IANA name, as Europe/Paris",
        ),
        Problem::Backwards => ("La fin n'est pas après le début", "It does not end after its start"),
        Problem::TooLong => {
            return Text::new(
                format!("Plus de {LONGEST_DAYS} jours d'affilée"),
                format!("More than {LONGEST_DAYS} days on end"),
            );
        }
        Problem::Twofold => (
            "L'heure tombe dans celle que les horloges du tour montrent deux fois (passage à l'heure d'hiver)",
            "The hour falls within the one that the pool's clocks show twice (end of summer time)",
        ),
        Problem::Repeats(line) => {
            return Text::new(format!("Répète la ligne {line}"), format!("Repeats line {line}"));
        }
        Problem::Overlaps(line) => {
            return Text::new(
                format!("Chevauche la ligne {line} au même niveau, avec d'autres heures"),
                format!("Overlaps line {line} on the same level, with other hours"),
            );
        }
        Problem::OverlapsKept { from, to } => {
            let (from, to) = (written(*from), written(*to));
            return Text::new(
                format!("Chevauche l'exception du {from} au {to} déjà inscrite"),
                format!("Overlaps the exception from {from} to {to} that is there already"),
            );
        }
        Problem::TooMany => {
            ("Le tour aurait plus de 1000 exceptions", "The pool would have more than 1000 exceptions")
        }
    };
    Text::new(fr, en)
}

fn written(at: DateTime) -> String {
    at.strftime("%d/%m/%Y %H:%M").to_string()
}

fn hour(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// The day and the hour by the pool's clocks.
fn moment(pool: &Pool, at: Timestamp) -> Text {
    let shown: DateTime = pool.zone.clocks(at);
    let hour = hour(shown.time());
    let day = day_of(shown.date());
    let date = format!("{:02}/{:02}", shown.day(), shown.month());
    Text::new(format!("{} {date} {hour}", short(day).fr), format!("{} {date} {hour}", short(day).en))
}

fn day_of(date: Date) -> Day {
    let place = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
    Day::ALL.get(place).copied().unwrap_or(Day::Monday)
}

fn day_names(days: &[Day]) -> Text {
    match days {
        days if days == Day::ALL => Text::new("tous les jours", "every day"),
        [Day::Monday, Day::Tuesday, Day::Wednesday, Day::Thursday, Day::Friday] => {
            Text::new("du lundi au vendredi", "Monday to Friday")
        }
        days => Text::join(&days.iter().copied().map(short).collect::<Vec<_>>(), ", "),
    }
}

fn short(day: Day) -> Text {
    match day {
        Day::Monday => Text::new("lun.", "Mon"),
        Day::Tuesday => Text::new("mar.", "Tue"),
        Day::Wednesday => Text::new("mer.", "Wed"),
        Day::Thursday => Text::new("jeu.", "Thu"),
        Day::Friday => Text::new("ven.", "Fri"),
        Day::Saturday => Text::new("sam.", "Sat"),
        Day::Sunday => Text::new("dim.", "Sun"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identity::UserId;
    use crate::domain::rota::Shift;
    use jiff::civil::time;

    fn pool(days: &[Day]) -> Pool {
        let shift = Shift {
            level: Level::FIRST,
            person: UserId(uuid::Uuid::nil()),
            days: days.iter().copied().collect(),
            from: time(20, 0, 0, 0),
            to: time(8, 0, 0, 0),
        };
        Pool {
            id: "neuro".parse().unwrap(),
            name: "Neurologie".to_owned(),
            specialty: Specialty::Neurologist,
            sites: ["valmont".parse().unwrap()].into(),
            zone: "Europe/Paris".parse().unwrap(),
            shifts: vec![shift],
            exceptions: Vec::new(),
        }
    }

    #[test]
    fn the_reason_names_the_pool_the_level_and_the_hours() {
        let pool = pool(&Day::ALL);
        let at = "2026-11-24T22:00:00Z".parse().unwrap();
        let said = duty_reason(&pool, Level::FIRST, &pool.duties(Level::FIRST, at)[0]);
        assert_eq!(
            said.fr,
            "Neurologie, niveau 1 : garde de 20:00 à 08:00 (tous les jours), jusqu'à mer. 25/11 08:00 (Europe/Paris)"
        );
        assert_eq!(
            said.en,
            "Neurologie, level 1: on call from 20:00 to 08:00 (every day), until Wed 25/11 08:00 (Europe/Paris)"
        );
    }

    #[test]
    fn a_gap_is_said_by_the_pool_s_own_clocks() {
        let pool = pool(&[Day::Monday, Day::Wednesday]);
        let week =
            pool.segments("2026-11-23T00:00:00Z".parse().unwrap(), "2026-11-27T00:00:00Z".parse().unwrap());
        let gaps: Vec<_> = week.iter().filter(|s| s.people.is_empty()).map(|s| gap(&pool, s).fr).collect();
        assert_eq!(gaps[1], "Niveau 1 : personne de garde du mar. 24/11 08:00 au mer. 25/11 20:00");
    }

    #[test]
    fn a_site_without_a_rota_is_told_from_one_that_nobody_holds() {
        let said = |pools| absence("CH Valmont", Specialty::Radiologist, pools).en;
        assert_eq!(said(0), "No rota covers CH Valmont (radiologist): a call goes to every reader");
        assert_eq!(said(1), "Nobody is on call for CH Valmont (radiologist): a call goes to every reader");
    }

    #[test]
    fn an_exception_is_said_with_its_note_and_by_its_hours() {
        use crate::domain::rota::Exception;
        let hour = |day: i8, hour: i8| jiff::civil::date(2026, 12, day).at(hour, 5, 0, 0);
        let reason = |note: &str| {
            let exception = Exception {
                level: Level::FIRST,
                from: hour(24, 20),
                to: hour(25, 8),
                people: [UserId(uuid::Uuid::nil())].into(),
                note: note.to_owned(),
            };
            let pool = Pool { exceptions: vec![exception], ..pool(&Day::ALL) };
            let at = "2026-12-24T22:00:00Z".parse().unwrap();
            duty_reason(&pool, Level::FIRST, &pool.duties(Level::FIRST, at)[0]).en
        };
        let until = "until Fri 25/12 08:05 (Europe/Paris)";
        assert_eq!(reason(" Noël "), format!("Neurologie, level 1: dated replacement (Noël), {until}"));
        assert_eq!(reason(" "), format!("Neurologie, level 1: dated replacement, {until}"));
        let kept = Problem::OverlapsKept { from: hour(24, 20), to: hour(25, 8) };
        assert_eq!(
            import_problem(&kept).en,
            "Overlaps the exception from 24/12/2026 20:05 to 25/12/2026 08:05 that is there already"
        );
    }

    #[test]
    fn days_are_said_shortly() {
        assert_eq!(day_names(&Day::ALL).en, "every day");
        assert_eq!(day_names(&Day::ALL[1..]).en, "Tue, Wed, Thu, Fri, Sat, Sun");
        assert_eq!(day_names(&Day::ALL[..5]).en, "Monday to Friday");
        assert_eq!(day_names(&[Day::Saturday, Day::Sunday]).fr, "sam., dim.");
    }
}
