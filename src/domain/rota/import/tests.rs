use proptest::prelude::*;

use super::*;
use crate::domain::rota::tests::pool;
use crate::domain::rota::{Rota, Specialty};

fn people() -> BTreeMap<String, Candidate> {
    let candidate = |n: u128, sites: &[&str]| Candidate {
        id: UserId(uuid::Uuid::from_u128(n)),
        answers: sites.iter().map(|site| site.parse().unwrap()).collect(),
    };
    let sites = ["valmont", "roche-claire"];
    [
        ("leroy".to_owned(), candidate(1, &sites)),
        ("marchand".to_owned(), candidate(2, &sites)),
        ("elsewhere".to_owned(), candidate(3, &["roche-claire"])),
    ]
    .into()
}

fn line(number: u64, fields: [&str; 6]) -> Line {
    let [pool, level, person, from, to, zone] = fields.map(str::to_owned);
    Line { number, pool, level, person, from, to, zone }
}

const NIGHT: [&str; 6] = ["neuro", "1", "leroy", "2026-12-24T20:00", "2026-12-25T08:00", ""];

fn with(place: usize, value: &'static str) -> [&'static str; 6] {
    let mut fields = NIGHT;
    fields[place] = value;
    fields
}

fn import_of(lines: &[Line], pool: Pool) -> Result<Vec<Change>, Vec<Wrong>> {
    import(lines, &[pool], &people())
}

#[test]
fn lines_become_exceptions_and_the_same_hours_are_people_together() {
    let lines = [
        line(2, NIGHT),
        line(3, with(2, "marchand")),
        line(4, ["neuro", "2", "marchand", "2026-12-24 20:00", "2026-12-25 08:00", "Europe/Paris"]),
    ];
    let changes = import_of(&lines, pool("Europe/Paris", Vec::new())).unwrap();
    assert_eq!((changes[0].added, changes[0].already), (3, 0));
    let pool = &changes[0].pool;
    assert_eq!(pool.exceptions.len(), 2);
    let rota: Rota = [pool.clone()].into_iter().collect();
    let midnight = "2026-12-24T23:00:00Z".parse().unwrap();
    let ladder = rota.on_call(&"valmont".parse().unwrap(), Specialty::Neurologist, midnight).ladder();
    assert_eq!(ladder.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    let again = import_of(&lines, pool.clone()).unwrap();
    assert_eq!((again[0].added, again[0].already), (0, 3), "a table taken before changes nothing");
    assert_eq!(again[0].pool, *pool);
}

#[test]
fn hours_of_another_zone_are_the_same_moments() {
    // 20:00 at Cayenne (UTC−3, no summer time) is midnight in Paris in winter.
    let lines = [line(2, ["neuro", "1", "leroy", "2026-12-24T20:00", "2026-12-25T08:00", "America/Cayenne"])];
    let changes = import_of(&lines, pool("Europe/Paris", Vec::new())).unwrap();
    let kept = &changes[0].pool.exceptions[0];
    assert_eq!(
        (kept.from.to_string(), kept.to.to_string()),
        ("2026-12-25T00:00:00".into(), "2026-12-25T12:00:00".into())
    );
    // 01:30 UTC on 25 October 2026 is the second 02:30 of that night in Paris.
    let twice = [line(2, ["neuro", "1", "leroy", "2026-10-25T01:30", "2026-10-25T08:00", "UTC"])];
    let wrong = import_of(&twice, pool("Europe/Paris", Vec::new())).unwrap_err();
    assert_eq!(wrong, [Wrong { line: 2, problem: Problem::Twofold }]);
}

#[test]
fn each_wrong_line_is_named_and_nothing_is_taken() {
    let lines = [
        line(2, NIGHT),
        line(3, with(0, "cardio")),
        line(4, with(1, "0")),
        line(5, with(2, "nobody")),
        line(6, with(2, "elsewhere")),
        line(7, with(3, "24/12/2026")),
        line(8, with(4, "")),
        line(9, with(5, "Europe/Atlantis")),
        line(10, with(4, "2026-12-24T20:00")),
        line(11, with(4, "2027-12-25T08:00")),
        line(12, NIGHT),
        line(13, with(3, "2026-12-24T19:00")),
    ];
    let wrong = import_of(&lines, pool("Europe/Paris", Vec::new())).unwrap_err();
    let expected = [
        (3, Problem::NoPool),
        (4, Problem::NoLevel),
        (5, Problem::NoPerson),
        (6, Problem::CannotAnswer("valmont".parse().unwrap())),
        (7, Problem::NoFrom),
        (8, Problem::NoTo),
        (9, Problem::NoZone),
        (10, Problem::Backwards),
        (11, Problem::TooLong),
        (12, Problem::Repeats(2)),
        (13, Problem::Overlaps(2)),
    ];
    assert_eq!(wrong, expected.map(|(line, problem)| Wrong { line, problem }));
}

#[test]
fn a_duty_lasts_31_days_at_most() {
    // From 20:00 on 24 December.
    let until = |to| {
        let change = import_of(&[line(2, with(4, to))], pool("Europe/Paris", Vec::new()));
        change.map_err(|wrong| wrong[0].problem.clone()).map(|changes| changes[0].added)
    };
    assert_eq!(until("2027-01-24T20:00"), Ok(1));
    assert_eq!(until("2027-01-24T21:00"), Err(Problem::TooLong));
}

#[test]
fn lines_that_touch_do_not_overlap() {
    let lines = [
        line(2, NIGHT),
        Line { to: "2026-12-25T20:00".to_owned(), ..line(3, with(3, "2026-12-25T08:00")) },
        Line { from: "2026-12-24T08:00".to_owned(), ..line(4, with(4, "2026-12-24T20:00")) },
    ];
    let changes = import_of(&lines, pool("Europe/Paris", Vec::new())).unwrap();
    assert_eq!(changes[0].added, 3);
    let beside = [Line { to: "2026-12-25T09:00".to_owned(), ..line(2, with(3, "2026-12-25T08:00")) }];
    let kept = import_of(&[line(2, NIGHT)], pool("Europe/Paris", Vec::new())).unwrap().remove(0).pool;
    assert!(import_of(&beside, kept).is_ok());
}

#[test]
fn hours_that_an_exception_has_already_are_not_written_over() {
    let taken = import_of(&[line(2, NIGHT)], pool("Europe/Paris", Vec::new())).unwrap().remove(0).pool;
    let later = [line(2, with(3, "2026-12-25T06:00")), line(3, with(1, "2"))];
    let wrong = import_of(&later, taken.clone()).unwrap_err();
    let problem = Problem::OverlapsKept { from: taken.exceptions[0].from, to: taken.exceptions[0].to };
    assert_eq!(wrong, [Wrong { line: 2, problem }], "another level is free");
}

proptest! {
    /// Whatever the table, a pool that is changed passes its own check, and holds no fewer exceptions than before.
    #[test]
    fn what_is_taken_can_be_kept(
        spans in prop::collection::vec((0..60_u8, 1..40_u8, 1..4_u8, any::<bool>()), 1..12),
    ) {
        let start = jiff::civil::date(2026, 3, 25).at(0, 0, 0, 0);
        let hour = |n: u8| start.checked_add(jiff::SignedDuration::from_hours(i64::from(n))).unwrap().to_string();
        let lines: Vec<Line> = (2..)
            .zip(spans)
            .map(|(number, (from, length, level, leroy))| Line {
                number,
                pool: "neuro".to_owned(),
                level: level.to_string(),
                person: if leroy { "leroy" } else { "marchand" }.to_owned(),
                from: hour(from),
                to: hour(from + length),
                zone: String::new(),
            })
            .collect();
        match import_of(&lines, pool("Europe/Paris", Vec::new())) {
            Ok(changes) => {
                prop_assert!(changes[0].pool.check().is_ok());
                prop_assert_eq!(changes[0].added, lines.len());
            }
            Err(wrong) => prop_assert!(!wrong.is_empty()),
        }
    }
}
