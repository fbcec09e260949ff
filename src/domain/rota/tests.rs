use jiff::civil::{Time, date, time};
use proptest::prelude::*;

use super::*;
use crate::domain::time::{Minutes, Timestamp};

fn person(n: u128) -> UserId {
    UserId(uuid::Uuid::from_u128(n))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn shift(n: u128, level: u8, days: &[Day], from: Time, to: Time) -> Shift {
    Shift {
        level: Level::try_from(level).unwrap(),
        person: person(n),
        days: days.iter().copied().collect(),
        from,
        to,
    }
}

/// The neurologists of one hospital, by the clocks of `zone`.
pub(super) fn pool(zone: &str, shifts: Vec<Shift>) -> Pool {
    Pool {
        id: "neuro".parse().unwrap(),
        name: "Neurologues".to_owned(),
        specialty: Specialty::Neurologist,
        sites: ["valmont".parse().unwrap()].into(),
        zone: zone.parse().unwrap(),
        shifts,
        exceptions: Vec::new(),
    }
}

/// Days by one person, nights by another.
fn days_and_nights() -> Pool {
    pool(
        "Europe/Paris",
        vec![
            shift(1, 1, &Day::ALL, time(8, 0, 0, 0), time(20, 0, 0, 0)),
            shift(2, 1, &Day::ALL, time(20, 0, 0, 0), time(8, 0, 0, 0)),
        ],
    )
}

fn holders(pool: &Pool, moment: &str) -> Vec<UserId> {
    pool.duties(Level::FIRST, at(moment)).into_iter().map(|duty| duty.person).collect()
}

/// The hours of the night shift that holds `moment`.
fn hours_of_the_night(moment: &str) -> f64 {
    let pool = days_and_nights();
    let around = pool.segments(at(moment) + Minutes(-1440.0), at(moment) + Minutes(1440.0));
    let night = around.iter().find(|s| s.from <= at(moment) && at(moment) < s.to).unwrap();
    assert_eq!(night.people, [person(2)].into());
    (night.to - night.from).0 / 60.0
}

#[test]
fn the_night_lasts_eleven_hours_in_spring_and_thirteen_in_autumn() {
    // Europe/Paris: 29 March 2026 at 01:00 UTC, 25 October 2026 at 01:00 UTC (Directive 2000/84/EC).
    assert!((hours_of_the_night("2026-03-28T23:00:00Z") - 11.0).abs() < 1e-9);
    assert!((hours_of_the_night("2026-10-24T23:00:00Z") - 13.0).abs() < 1e-9);
    assert!((hours_of_the_night("2026-11-24T23:00:00Z") - 12.0).abs() < 1e-9);
}

#[test]
fn hours_are_the_pool_s_own_in_summer_and_in_winter() {
    let pool = days_and_nights();
    assert_eq!(holders(&pool, "2026-07-01T06:00:00Z"), [person(1)], "08:00 in summer");
    assert_eq!(holders(&pool, "2026-12-01T06:59:59Z"), [person(2)], "07:59 in winter");
    assert_eq!(holders(&pool, "2026-12-01T07:00:00Z"), [person(1)]);
}

#[test]
fn a_shift_that_ends_in_the_repeated_hour_ends_once() {
    let mut nights = days_and_nights();
    nights.shifts[1].to = time(2, 30, 0, 0);
    nights.shifts.push(shift(3, 1, &Day::ALL, time(2, 30, 0, 0), time(8, 0, 0, 0)));
    // 25 October: 02:30 is 00:30 UTC, and again 01:30 UTC.
    assert_eq!(holders(&nights, "2026-10-25T00:29:00Z"), [person(2)]);
    for later in ["2026-10-25T00:30:00Z", "2026-10-25T01:10:00Z", "2026-10-25T01:40:00Z"] {
        assert_eq!(holders(&nights, later), [person(3)], "{later}");
    }
    // 29 March: 02:30 is skipped, and the change is the hand-over.
    assert_eq!(holders(&nights, "2026-03-29T00:59:00Z"), [person(2)]);
    assert_eq!(holders(&nights, "2026-03-29T01:00:00Z"), [person(3)]);
}

#[test]
fn an_exception_takes_the_place_of_the_weekly_shift_and_gives_it_back() {
    let mut pool = days_and_nights();
    let feast = Exception {
        level: Level::FIRST,
        from: date(2026, 12, 25).at(0, 0, 0, 0),
        to: date(2026, 12, 26).at(0, 0, 0, 0),
        people: [person(9)].into(),
        note: "Noël".to_owned(),
    };
    pool.exceptions.push(feast);
    let before = &pool.duties(Level::FIRST, at("2026-12-24T22:00:00Z"))[0];
    assert_eq!((before.person, before.until), (person(2), at("2026-12-24T23:00:00Z")), "cut short");
    let during = &pool.duties(Level::FIRST, at("2026-12-25T12:00:00Z"))[0];
    assert_eq!((during.person, during.until), (person(9), at("2026-12-25T23:00:00Z")));
    assert!(matches!(&during.why, Why::Dated { note, .. } if note == "Noël"));
    assert_eq!(holders(&pool, "2026-12-25T23:00:00Z"), [person(2)]);
}

#[test]
fn an_exception_without_people_is_a_gap() {
    let mut pool = days_and_nights();
    pool.exceptions.push(Exception {
        level: Level::FIRST,
        from: date(2026, 12, 25).at(9, 0, 0, 0),
        to: date(2026, 12, 25).at(10, 0, 0, 0),
        people: BTreeSet::new(),
        note: String::new(),
    });
    let day = pool.segments(at("2026-12-25T07:00:00Z"), at("2026-12-25T19:00:00Z"));
    let shape: Vec<_> = day.iter().map(|s| (s.people.len(), (s.to - s.from).0)).collect();
    assert_eq!(shape, [(1, 60.0), (0, 60.0), (1, 600.0)]);
}

#[test]
fn the_rule_asks_pools_in_their_order_and_levels_from_the_first() {
    let near = {
        let mut pool = days_and_nights();
        pool.shifts.push(shift(5, 2, &[Day::Monday], time(0, 0, 0, 0), time(0, 0, 0, 0)));
        pool
    };
    let far = Pool {
        id: "far".parse().unwrap(),
        ..pool("Europe/Paris", vec![shift(7, 1, &Day::ALL, Time::MIN, Time::MIN)])
    };
    let other = Pool { specialty: Specialty::Radiologist, ..far.clone() };
    let rota: Rota = [other, near, far].into_iter().collect();
    let site = "valmont".parse().unwrap();
    let ladder = |moment: &str| rota.on_call(&site, Specialty::Neurologist, at(moment)).ladder();
    assert_eq!(ladder("2026-11-23T10:00:00Z"), [[person(1)], [person(5)], [person(7)]], "a Monday");
    assert_eq!(ladder("2026-11-24T10:00:00Z"), [[person(1)], [person(7)]], "a Tuesday");
    let elsewhere = "grand-lac".parse().unwrap();
    assert!(rota.on_call(&elsewhere, Specialty::Neurologist, at("2026-11-23T10:00:00Z")).rungs.is_empty());
    assert!(rota.on_call(&site, Specialty::Interventionalist, at("2026-11-23T10:00:00Z")).rungs.is_empty());
}

#[test]
fn what_cannot_be_is_refused() {
    let good = days_and_nights();
    assert_eq!(good.check(), Ok(()));
    assert_eq!(Pool { name: " ".to_owned(), ..good.clone() }.check(), Err(RotaError::Name));
    assert_eq!(Pool { sites: BTreeSet::new(), ..good.clone() }.check(), Err(RotaError::NoSite));
    let mut idle = good.clone();
    idle.shifts[1].days.clear();
    assert_eq!(idle.check(), Err(RotaError::NoDay { number: 2 }));
    let exception = |from: i8, to: i8| Exception {
        level: Level::FIRST,
        from: date(2026, 1, from).at(0, 0, 0, 0),
        to: date(2026, 1, to).at(0, 0, 0, 0),
        people: BTreeSet::new(),
        note: String::new(),
    };
    let with = |exceptions: Vec<Exception>| Pool { exceptions, ..good.clone() }.check();
    assert_eq!(with(vec![exception(2, 2)]), Err(RotaError::Backwards { number: 1 }));
    assert_eq!(with(vec![exception(3, 5), exception(1, 3)]), Ok(()));
    let overlap = RotaError::Overlap { level: Level::FIRST, one: 2, other: 1 };
    assert_eq!(with(vec![exception(3, 5), exception(1, 4)]), Err(overlap));
    assert!("Europe/Atlantis".parse::<Zone>().is_err());
    assert!(Level::try_from(0).is_err() && Level::try_from(10).is_err());
}

#[test]
fn two_people_on_a_level_are_two_duties_and_one_person_s_overlapping_shifts_are_one() {
    let mut both = days_and_nights();
    both.shifts.push(shift(3, 1, &Day::ALL, time(6, 0, 0, 0), time(9, 0, 0, 0)));
    both.shifts.push(shift(1, 1, &Day::ALL, time(18, 0, 0, 0), time(22, 0, 0, 0)));
    let duties = |moment: &str| -> Vec<(UserId, Timestamp)> {
        both.duties(Level::FIRST, at(moment)).into_iter().map(|duty| (duty.person, duty.until)).collect()
    };
    assert_eq!(
        duties("2026-11-24T07:30:00Z"),
        [(person(1), at("2026-11-24T19:00:00Z")), (person(3), at("2026-11-24T08:00:00Z"))]
    );
    assert_eq!(duties("2026-11-24T18:00:00Z"), [(person(1), at("2026-11-24T21:00:00Z"))]);
}

#[test]
fn an_exception_within_the_hour_that_is_skipped_is_none() {
    let mut pool = days_and_nights();
    pool.exceptions.push(Exception {
        level: Level::FIRST,
        from: date(2026, 3, 29).at(2, 10, 0, 0),
        to: date(2026, 3, 29).at(2, 50, 0, 0),
        people: [person(9)].into(),
        note: String::new(),
    });
    let night = &pool.duties(Level::FIRST, at("2026-03-29T01:00:00Z"))[0];
    assert_eq!((night.person, night.until), (person(2), at("2026-03-29T06:00:00Z")));
}

#[test]
fn a_pool_has_a_name_of_eighty_characters_and_a_thousand_shifts_at_most() {
    let named = |length| Pool { name: "é".repeat(length), ..days_and_nights() }.check();
    assert_eq!(
        [named(1), named(80), named(0), named(81)],
        [Ok(()), Ok(()), Err(RotaError::Name), Err(RotaError::Name)]
    );
    let of = |shifts: usize, exceptions: i64| {
        let mut pool = days_and_nights();
        pool.shifts = vec![pool.shifts[0].clone(); shifts];
        let hour = |n: i64| date(2026, 1, 1).at(0, 0, 0, 0) + jiff::SignedDuration::from_hours(n);
        pool.exceptions = (0..exceptions)
            .map(|n| Exception {
                level: Level::FIRST,
                from: hour(n),
                to: hour(n + 1),
                people: BTreeSet::new(),
                note: String::new(),
            })
            .collect();
        pool.check()
    };
    assert_eq!(of(1000, 1000), Ok(()));
    assert_eq!((of(1001, 0), of(0, 1001)), (Err(RotaError::TooMany), Err(RotaError::TooMany)));
}

#[test]
fn levels_and_specialties_are_written_as_they_are() {
    assert_eq!([1, 2, 9].map(|n| Level::try_from(n).map(u8::from)), [Ok(1), Ok(2), Ok(9)]);
    assert_eq!((u8::from(Level::FIRST), u8::from(Level::SECOND)), (1, 2));
    assert_eq!(Specialty::ALL.map(Specialty::as_str), ["neurologist", "radiologist", "interventionalist"]);
    for specialty in Specialty::ALL {
        assert_eq!(serde_json::to_value(specialty).unwrap(), specialty.as_str());
    }
    assert_eq!(Specialty::ALL.map(Specialty::reads), [true, true, false]);
    let zone: Zone = "Europe/Paris".parse().unwrap();
    assert_eq!((zone.name(), String::from(zone.clone()).as_str()), ("Europe/Paris", "Europe/Paris"));
    let always = Shift::always(Level::SECOND, person(4));
    let backup = pool("Europe/Paris", vec![always]);
    for moment in ["2026-11-24T03:00:00Z", "2026-11-28T23:00:00Z"] {
        assert_eq!(backup.duties(Level::SECOND, at(moment)).len(), 1);
    }
}

#[test]
fn a_stretch_ends_where_it_ends() {
    // Until the very moment of a hand-over: no segment of no length on either side.
    let day = days_and_nights().segments(at("2026-11-24T07:00:00Z"), at("2026-11-24T19:00:00Z"));
    let shape: Vec<_> = day.iter().map(|s| (s.from, s.to)).collect();
    assert_eq!(shape, [(at("2026-11-24T07:00:00Z"), at("2026-11-24T19:00:00Z"))]);
}

#[test]
fn a_level_held_by_the_same_people_is_one_segment_and_another_level_its_own() {
    let always = |level, from| shift(1, level, &Day::ALL, time(from, 0, 0, 0), time(from, 0, 0, 0));
    let halves = [
        shift(1, 1, &Day::ALL, time(8, 0, 0, 0), time(20, 0, 0, 0)),
        shift(1, 1, &Day::ALL, time(20, 0, 0, 0), time(8, 0, 0, 0)),
        always(2, 8),
    ];
    let (from, to) = (at("2026-11-24T00:00:00Z"), at("2026-11-26T00:00:00Z"));
    let segments = pool("Europe/Paris", halves.to_vec()).segments(from, to);
    let shape: Vec<_> = segments.iter().map(|s| (u8::from(s.level), s.from, s.to)).collect();
    assert_eq!(shape, [(1, from, to), (2, from, to)]);
}

/// A week cut at any hours, each piece a shift of its own: it covers the week exactly once, on paper.
fn week_cut_at(cuts: &BTreeSet<(usize, i8, i8)>) -> Vec<Shift> {
    let mut shifts = Vec::new();
    for (n, day) in Day::ALL.into_iter().enumerate() {
        let of_day = cuts.iter().filter(|(d, ..)| *d == n).map(|(_, h, m)| time(*h, *m, 0, 0));
        let mut edges: Vec<Time> = of_day.filter(|t| *t > Time::MIN).collect();
        edges.insert(0, Time::MIN);
        for (place, from) in edges.iter().enumerate() {
            let to = edges.get(place + 1).copied().unwrap_or(Time::MIN);
            let who = u128::try_from(shifts.len()).unwrap();
            shifts.push(shift(who, 1, &[day], *from, to));
        }
    }
    shifts
}

const ZONES: [&str; 5] =
    ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"];

#[test]
fn readers_now_are_the_first_of_each_pool_that_serves_the_sites() {
    let sites = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<BTreeSet<SiteId>>();
    let neurologists = pool(
        "Europe/Paris",
        vec![
            shift(1, 1, &Day::ALL, time(8, 0, 0, 0), time(20, 0, 0, 0)),
            shift(2, 2, &Day::ALL, Time::MIN, Time::MIN),
        ],
    );
    let radiologists = Pool {
        id: "radio".parse().unwrap(),
        specialty: Specialty::Radiologist,
        ..pool("Europe/Paris", vec![shift(3, 1, &Day::ALL, Time::MIN, Time::MIN)])
    };
    let team = Pool {
        id: "thrombectomy".parse().unwrap(),
        specialty: Specialty::Interventionalist,
        ..pool("Europe/Paris", vec![shift(4, 1, &Day::ALL, Time::MIN, Time::MIN)])
    };
    let rota: Rota = [neurologists, radiologists, team.clone()].into_iter().collect();
    let (noon, night) = (at("2026-11-24T11:00:00Z"), at("2026-11-24T22:00:00Z"));
    let readers = |at| rota.readers_now(&sites(&["valmont", "elsewhere"]), at);
    assert_eq!(readers(noon), Some([person(1), person(3)].into()), "not the backup, nor who treats");
    assert_eq!(readers(night), Some([person(2), person(3)].into()), "the backup where nobody is before it");
    assert_eq!(rota.readers_now(&sites(&["elsewhere"]), noon), None);
    let only_team: Rota = [team].into_iter().collect();
    assert_eq!(only_team.readers_now(&sites(&["valmont"]), noon), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// 2026 whole, both nights of every zone in it: each minute has exactly one holder.
    #[test]
    fn a_pattern_that_covers_the_week_covers_every_moment_once(
        cuts in proptest::collection::btree_set((0..7_usize, 0..24_i8, 0..60_i8), 0..24),
        zone in proptest::sample::select(ZONES.to_vec()),
        minute in 0..525_600_i32,
    ) {
        let pool = pool(zone, week_cut_at(&cuts));
        let moment = at("2026-01-01T00:00:00Z") + Minutes(f64::from(minute));
        prop_assert_eq!(pool.duties(Level::FIRST, moment).len(), 1, "{}", moment);
    }

    /// The nights of the change themselves, minute by minute drawn.
    #[test]
    fn so_do_the_nights_of_the_change(
        cuts in proptest::collection::btree_set((0..7_usize, 0..5_i8, 0..60_i8), 0..24),
        night in proptest::sample::select(vec!["2026-03-28T22:00:00Z", "2026-10-24T22:00:00Z"]),
        minute in 0..480_i32,
    ) {
        let pool = pool("Europe/Paris", week_cut_at(&cuts));
        let moment = at(night) + Minutes(f64::from(minute));
        prop_assert_eq!(pool.duties(Level::FIRST, moment).len(), 1, "{}", moment);
    }

    /// Segments touch, cover the stretch, and say of each moment what is said of it alone.
    #[test]
    fn segments_agree_with_each_moment(
        cuts in proptest::collection::btree_set((0..7_usize, 0..24_i8, 0..60_i8), 0..12),
        dropped in 0..6_usize,
        start in 0..360_i32,
        minute in 0..20_000_i32,
    ) {
        let mut shifts = week_cut_at(&cuts);
        shifts.remove(dropped);
        let pool = pool("Europe/Paris", shifts);
        let from = at("2026-01-01T00:00:00Z") + Minutes(f64::from(start) * 1440.0);
        let to = from + Minutes(20_000.0);
        let segments = pool.segments(from, to);
        prop_assert_eq!(segments.first().map(|s| s.from), Some(from));
        prop_assert_eq!(segments.last().map(|s| s.to), Some(to));
        for pair in segments.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
            prop_assert_ne!(&pair[0].people, &pair[1].people);
        }
        let moment = from + Minutes(f64::from(minute));
        let here = segments.iter().find(|s| s.from <= moment && moment < s.to).unwrap();
        let alone: BTreeSet<UserId> = pool.duties(Level::FIRST, moment).into_iter().map(|d| d.person).collect();
        prop_assert_eq!(&here.people, &alone);
    }

    /// A duty lasts as long as it says, and no longer.
    #[test]
    fn a_duty_ends_when_it_says(
        cuts in proptest::collection::btree_set((0..7_usize, 0..24_i8, 0..60_i8), 1..24),
        minute in 0..525_600_i32,
    ) {
        let pool = pool("Europe/Paris", week_cut_at(&cuts));
        let moment = at("2026-01-01T00:00:00Z") + Minutes(f64::from(minute));
        let duty = pool.duties(Level::FIRST, moment).remove(0);
        prop_assert!(duty.until > moment);
        let last = duty.until + Minutes(-1.0 / 60.0);
        prop_assert_eq!(pool.duties(Level::FIRST, last.max(moment))[0].person, duty.person);
        prop_assert_ne!(pool.duties(Level::FIRST, duty.until)[0].person, duty.person);
    }

    /// Other pools, and the order in which shifts of other levels are written, change nothing.
    #[test]
    fn the_order_is_stable(
        cuts in proptest::collection::btree_set((0..7_usize, 0..24_i8, 0..60_i8), 0..12),
        minute in 0..525_600_i32,
    ) {
        let mut mixed = week_cut_at(&cuts);
        mixed.push(shift(900, 2, &Day::ALL, Time::MIN, Time::MIN));
        mixed.push(shift(901, 3, &Day::ALL, Time::MIN, Time::MIN));
        let backwards = pool("Europe/Paris", mixed.iter().rev().cloned().collect());
        let forwards = pool("Europe/Paris", mixed);
        let (site, moment) = ("valmont".parse().unwrap(), at("2026-01-01T00:00:00Z") + Minutes(f64::from(minute)));
        let ladder = |pool: Pool| {
            let rota: Rota = [pool].into_iter().collect();
            rota.on_call(&site, Specialty::Neurologist, moment).ladder()
        };
        prop_assert_eq!(ladder(forwards), ladder(backwards));
    }
}
