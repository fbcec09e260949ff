//! What must hold in any region, for any patient, at any hour.

use super::*;
use crate::domain::region::RegionFile;

/// A region file with drawn places, roads, hours and an aircraft.
fn any_region() -> impl Strategy<Value = Region> {
    let site = (0..16_u8, 44.0..46.5_f64, 4.0..7.5_f64, (10.0..60.0_f64, 5.0..40.0_f64, 30.0..120.0_f64));
    let sites = proptest::collection::vec(site, 2..6);
    let hours = (0..24_u8, 0..24_u8);
    (sites, proptest::collection::vec(10.0..150.0_f64, 15), hours, (any::<bool>(), 100.0..300.0_f64)).prop_map(
        |(sites, roads, (from, to), (by_night, speed))| {
            let mut toml = "name = \"Anywhere\"\ntime_zone = \"Europe/Paris\"\n".to_owned();
            for (i, (can, lat, lon, (needle, ambulance, groin))) in sites.iter().enumerate() {
                let names = ["thrombolysis", "thrombectomy", "hosts_team", "helipad"];
                let can = names.iter().enumerate().filter(|(bit, _)| can >> bit & 1 == 1).map(|(_, n)| *n);
                let can: Vec<&str> = can.collect();
                let opening = can.first().map_or(String::new(), |c| {
                    format!("opening = {{ {c} = [{{ from = \"{from:02}:00\", to = \"{to:02}:00\" }}] }}\n")
                });
                toml += &format!(
                    "[[sites]]\nid = \"s{i}\"\nname = \"S{i}\"\nshort_name = \"S{i}\"\n\
                     position = {{ lat = {lat}, lon = {lon} }}\ncapabilities = {can:?}\n{opening}\
                     delays = {{ needle = {needle}, ambulance = {ambulance}, groin_after_transfer = {groin} }}\n"
                );
            }
            let mut roads = roads.into_iter();
            for a in 0..sites.len() {
                for b in a + 1..sites.len() {
                    let minutes = roads.next().unwrap();
                    // One road in five is missing.
                    if minutes < 122.0 {
                        toml += &format!(
                            "[[roads]]\nbetween = [\"s{a}\", \"s{b}\"]\nminutes = {minutes}\n\
                             by_hour = [{{ from = \"{to:02}:00\", to = \"{from:02}:00\", minutes = {} }}]\n",
                            minutes * 1.4
                        );
                    }
                }
            }
            let flies = if by_night { "day_and_night" } else { "day_only" };
            toml += &format!(
                "[[aircraft]]\nid = \"h\"\nname = \"H\"\nbase = \"s0\"\nspeed_kmh = {speed}\nstart_minutes = 8\n\
                 landing_minutes = 5\nflies = \"{flies}\"\nduty = [{{ from = \"07:00\", to = \"23:00\" }}]\n"
            );
            Region::parse(&toml).unwrap()
        },
    )
}

fn any_question() -> impl Strategy<Value = (Region, Circumstances, Differential)> {
    let weather = prop_oneof![Just(Weather::Flyable), Just(Weather::Grounded), Just(Weather::Unknown)];
    let posterior = [0.0..1.0_f64, 0.01..1.0, 0.0..1.0, 0.0..1.0].prop_map(Differential::normalised);
    let start: Timestamp = "2026-03-28T00:00:00+01:00".parse().unwrap();
    (any_region(), proptest::option::of(0.0..500.0_f64), 0.0..5000.0_f64, weather, posterior).prop_map(
        move |(region, age, minute, weather, posterior)| {
            let circumstances = Circumstances {
                onset: age.map_or(OnsetAge::on_waking(), |age| OnsetAge::Known(Minutes(age))),
                thrombolysis: thrombolysis(Anticoagulant::None, &posterior),
                workup: Workup::Imaged,
                // Over the night of the spring change.
                conditions: Conditions { when: When::At(start + Minutes(minute)), weather },
            };
            (region, circumstances, posterior)
        },
    )
}

fn ask(region: &Region, circumstances: Circumstances, posterior: Differential) -> Options {
    let question = Question {
        region,
        site: &region.sites()[0].id,
        onset: circumstances.onset,
        posterior,
        thrombolysis: circumstances.thrombolysis,
        workup: circumstances.workup,
        conditions: circumstances.conditions,
        spread: Spread { draws: 8, ..Spread::default() },
        seed: 1,
    };
    options(&question).unwrap()
}

fn best(options: &Options) -> f64 {
    let feasible = options.plans.iter().zip(&options.comparison.assessments);
    let utilities = feasible.filter(|(p, _)| p.plan.blocked_by.is_none()).map(|(_, a)| a.expected_utility);
    utilities.fold(f64::NEG_INFINITY, f64::max)
}

/// The patient's routes join up from where they are to where the plan ends; a team's end there too.
fn drawn_from_door_to_door(transport: &TransportPlan) -> Result<(), TestCaseError> {
    let aboard = |who| transport.routes.iter().filter(move |route| route.aboard == who);
    let mut here = &transport.from;
    for route in aboard(Aboard::Patient) {
        prop_assert_eq!(&route.from, here);
        prop_assert!(route.from != route.to && route.minutes > Minutes::ZERO);
        here = &route.to;
    }
    if !transport.legs.is_empty() {
        prop_assert_eq!(here, &transport.destination);
    }
    prop_assert!(aboard(Aboard::Team).all(|route| route.to == transport.destination));
    prop_assert_eq!(
        aboard(Aboard::Team).count() > 0,
        transport.mode == Mode::Team && !transport.legs.is_empty()
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_way_holds_together((region, circumstances, posterior) in any_question()) {
        let answer = ask(&region, circumstances, posterior);
        let mut names: Vec<&str> = answer.plans.iter().map(|p| p.plan.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        prop_assert_eq!(names.len(), answer.plans.len(), "a name is one plan's");
        for transport in &answer.plans {
            let mut now = Minutes::ZERO;
            for leg in &transport.legs {
                prop_assert_eq!(leg.start, now);
                prop_assert!(leg.end > leg.start);
                now = leg.end;
            }
            for treatment in [transport.plan.needle, transport.plan.groin].into_iter().flatten() {
                prop_assert!(transport.legs.iter().any(|leg| leg.end == treatment));
            }
            prop_assert!(transport.plan.cost_euros >= 0.0);
            drawn_from_door_to_door(transport)?;
        }
        // Staying is always possible, so that something is always recommended, and never what a gate stops.
        let recommended = &answer.plans[answer.comparison.recommended.unwrap()];
        prop_assert!(recommended.plan.blocked_by.is_none());
    }

    #[test]
    fn a_certain_mimic_is_changed_by_no_transport((region, circumstances, _) in any_question()) {
        let answer = ask(&region, circumstances, differential(MIMIC));
        if answer.plans.iter().filter(|p| p.plan.blocked_by.is_none()).count() > 1 {
            prop_assert!(answer.comparison.sentence.en.starts_with("No transport changes the outcome"));
        }
        prop_assert_eq!(answer.comparison.recommended, Some(0));
    }

    #[test]
    fn slower_hospitals_are_never_better((region, circumstances, posterior) in any_question(), slower in 1.0..90.0) {
        // Only the thrombectomy: a later needle may cross the outcome model's change of treatment.
        let mut file = RegionFile::from(region.clone());
        for site in &mut file.sites {
            site.delays.groin_after_transfer = site.delays.groin_after_transfer + Minutes(slower);
        }
        let slowed = Region::try_from(file).unwrap();
        let open = |region: &Region| {
            // Hours would judge another moment: without them, only the delay speaks.
            let unstated = Conditions { when: When::Unstated(Light::Day), ..circumstances.conditions };
            best(&ask(region, Circumstances { conditions: unstated, ..circumstances }, posterior))
        };
        prop_assert!(open(&slowed) <= open(&region) + 1e-9);
    }

    #[test]
    fn bad_weather_and_night_only_take_flights_away((region, circumstances, posterior) in any_question()) {
        let grounded = Conditions { weather: Weather::Grounded, ..circumstances.conditions };
        let flyable = Conditions { weather: Weather::Flyable, ..circumstances.conditions };
        let on = |conditions| ask(&region, Circumstances { conditions, ..circumstances }, posterior);
        let (bad, good) = (on(grounded), on(flyable));
        prop_assert!(bad.plans.iter().all(|p| p.mode != Mode::Air || p.plan.blocked_by.is_some()));
        prop_assert!(best(&bad) <= best(&good) + 1e-9);
    }
}
