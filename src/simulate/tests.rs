//! The simulator held against queueing theory, and the order's promises.

use super::*;

mod promise;
mod theory;

fn run(scenario: &Scenario, seed: u64) -> Vec<PolicyOutcome> {
    simulate(scenario, &Policy::ALL, seed, |_| {}).policies
}

#[test]
fn the_same_seed_is_the_same_outcome() {
    let scenario = Scenario { patients: 2_000, ..Scenario::default() };
    let json = |seed| serde_json::to_string(&simulate(&scenario, &Policy::ALL, seed, |_| {})).unwrap();
    assert_eq!(json(1), json(1));
    assert_ne!(json(1), json(2));
}

#[test]
fn every_key_has_a_default_and_an_unknown_one_is_refused() {
    assert_eq!(Scenario::parse("").unwrap(), Scenario::default());
    let contract = r#"
        patients = 200000
        warmup = 5000
        readers = 1
        discipline = "non-preemptive"
        [arrivals]
        per_hour = 4.8
        [case_mix]
        diseased = 0.1
        [ai]
        sensitivity = 0.9
        specificity = 0.9
        delay_minutes = 0.0
        [reading]
        distribution = "exponential"
        mean_minutes = 10.0
    "#;
    assert_eq!(Scenario::parse(contract).unwrap(), Scenario::default());
    for wrong in [
        "patiens = 3",
        "patients = 0",
        "readers = 0",
        "discipline = \"sometimes\"",
        "[ai]\nsensitivity = 1.1",
        "[arrivals]\nper_hour = 0.0",
        "[arrivals]\nper_hour = 3\nper_hour_day = 4",
        "[case_mix]\ndiseased = 0.1\nlvo = 0.1",
        "[case_mix]\nlvo = 0.1",
        "[reading]\nmean_minutes = 0",
        "[reading]\nsd_minutes = 4",
        "[[shifts]]\nfrom = \"08:00\"\nto = \"20:00\"\nreaders = 0",
    ] {
        assert!(Scenario::parse(wrong).is_err(), "{wrong}");
    }
    let rich = r#"
        [arrivals]
        per_hour_day = 6
        per_hour_night = 2
        day = ["07:00", "23:00"]
        [case_mix]
        hemorrhage = 0.1
        lvo = 0.2
        nlvo = 0.35
        mimic = 0.35
        [reading]
        distribution = "log-normal"
        sd_minutes = 6
        [clinical]
        picture = "race"
        [[shifts]]
        from = "08:00"
        to = "20:00"
        readers = 2
        [[shifts]]
        from = "20:00"
        to = "08:00"
        readers = 1
    "#;
    assert!((Scenario::parse(rich).unwrap().case_mix.diseased() - 0.65).abs() < 1e-9);
}

#[test]
fn the_groups_make_up_the_whole() {
    let scenario = Scenario { patients: 20_000, ..Scenario::default() };
    for PolicyOutcome { waits, .. } in run(&scenario, 3) {
        assert_eq!(waits.all.n, 20_000);
        assert_eq!(waits.diseased.n + waits.non_diseased.n, waits.all.n);
        assert_eq!(waits.flagged.n + waits.unflagged.n, waits.all.n);
        assert_eq!(waits.missed.n + waits.true_positive.n, waits.diseased.n);
        assert!(waits.all.p50 <= waits.all.p95 && waits.all.p95 <= waits.all.p99);
        assert!(waits.all.p99 <= waits.all.max);
    }
}

#[test]
fn the_report_draws_every_figure_and_names_every_order() {
    let pages = report::report(500, 1, |_| {});
    assert_eq!(pages.len(), 7);
    for page in &pages {
        assert!(!page.content.contains("NaN") && !page.content.contains("inf"), "{}", page.name);
        for policy in Policy::ALL {
            assert!(page.content.contains(policy.as_str()), "{}: {}", page.name, policy.as_str());
        }
    }
}
