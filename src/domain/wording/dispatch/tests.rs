use super::*;
use crate::domain::dispatch::{Hinges, Mode, Range, Seen};
use crate::domain::evidence::Differential;
use crate::domain::outcome::MrsDistribution;

fn plan(fr: &str, en: &str, mode: Option<Mode>, cost_euros: f64) -> Plan {
    Plan {
        name: en.to_owned(),
        label: Text::new(fr, en),
        mode,
        aircraft: None,
        hinges: Hinges::Groin,
        needle: Some(Minutes(40.0)),
        groin: Some(Minutes(100.0)),
        on_the_way: None,
        cost_euros,
        bypass: false,
        futile: 0.0,
        hemorrhage_loss_per_hour: 0.0,
        blocked_by: None,
    }
}

fn flight() -> Plan {
    plan("Vol", "Flight", None, 2600.0)
}

fn drive() -> Plan {
    plan("Route", "Drive", None, 400.0)
}

/// What the flight gains on the drive.
fn gain() -> Gain {
    Gain {
        over: 1,
        minutes: Some(60.0),
        expected_utility: 0.03,
        expected_utility_range: [0.01, 0.05],
        p_mrs_0_2: 0.039,
        p_mrs_0_2_range: [0.02, 0.061],
        euros: 2200.0,
        euros_per_good_outcome: Some(56_410.0),
        break_even: BreakEven::After(Minutes(59.995)),
    }
}

fn worth_so_much(expected_utility: f64) -> Assessment {
    Assessment {
        mrs: MrsDistribution::UNTREATED_LVO,
        expected_utility,
        p_mrs_0_2: 0.3,
        minutes_gained: None,
        range: Range { expected_utility: [0.0, 1.0], p_mrs_0_2: [0.0, 1.0] },
    }
}

fn patient(onset: OnsetAge) -> Patient {
    Patient { onset, posterior: Differential::PRIOR }
}

fn early() -> Patient {
    patient(OnsetAge::Known(Minutes(60.0)))
}

/// The sentence with plain spaces.
fn plain(text: &Text) -> (String, String) {
    (text.fr.replace('\u{202f}', " "), text.en.clone())
}

fn said_of(plans: &[Plan; 2], utilities: [f64; 2], gain: &Gain) -> (String, String) {
    plain(&recommendation(plans, &utilities.map(worth_so_much), Some(0), Some(gain), &early()))
}

fn said(gain: &Gain) -> (String, String) {
    said_of(&[flight(), drive()], [0.5, 0.4], gain)
}

#[test]
fn what_a_plan_gains_its_price_and_its_doubt_are_one_sentence() {
    let (fr, en) = said(&gain());
    assert_eq!(
        fr,
        "« Vol » gagne 60 min et 3,9 points [2,0–6,1] de P(mRS 0–2) pour 2 600 € (2 200 € de plus, \
         56 400 € par patient indépendant de plus) ; « Route » suffit si « Vol » tarde de plus de 60 min."
    );
    assert_eq!(
        en,
        "“Flight” gains 60 min and 3.9 points [2.0–6.1] of P(mRS 0–2) for €2,600 (€2,200 more, \
         €56,400 per additional independent patient); “Drive” is enough if “Flight” is more than 60 min late."
    );
}

#[test]
fn less_than_half_a_minute_is_not_said_and_a_later_treatment_is() {
    let time = |minutes| said(&Gain { minutes, ..gain() }).1;
    for nothing in [None, Some(0.4), Some(-0.4)] {
        assert!(time(nothing).starts_with("“Flight” gains 3.9 points"), "{}", time(nothing));
    }
    assert!(time(Some(0.6)).starts_with("“Flight” gains 1 min and 3.9 points"));
    assert!(
        time(Some(-5.0)).starts_with("“Flight” gains (despite 5 min more before treatment) 3.9 points"),
        "{}",
        time(Some(-5.0))
    );
}

#[test]
fn the_price_is_told_once_and_where_it_is_the_same_as_such() {
    let price = |euros, euros_per_good_outcome| {
        let (_, en) = said(&Gain { euros, euros_per_good_outcome, ..gain() });
        let (_, from_price) = en.split_once("P(mRS 0–2)").unwrap();
        from_price.split_once(';').unwrap().0.to_owned()
    };
    assert_eq!(price(0.0, None), " at the same cost");
    // The other costs nothing: all of the price is more.
    assert_eq!(price(2600.0, None), " for €2,600");
    assert_eq!(price(2599.5, None), " for €2,600 (€2,600 more)");
    assert_eq!(price(2600.0, Some(149.0)), " for €2,600 (€100 per additional independent patient)");
    assert_eq!(price(2600.0, Some(151.0)), " for €2,600 (€200 per additional independent patient)");
}

#[test]
fn the_delay_that_undoes_the_gain_is_told_to_the_minute() {
    let until = |break_even| said(&Gain { break_even, ..gain() });
    let after = |minutes| until(BreakEven::After(Minutes(minutes))).1;
    assert!(after(0.0).ends_with("; “Drive” is enough at the slightest delay of “Flight”."));
    assert!(after(0.985).ends_with("at the slightest delay of “Flight”."));
    assert!(after(0.995).ends_with("if “Flight” is more than 1 min late."));
    assert!(after(61.98).ends_with("if “Flight” is more than 61 min late."));
    let (fr, en) = until(BreakEven::Never);
    assert!(fr.starts_with("« Vol » gagne 60 min et 3,9 points [2,0–6,1] de P(mRS 0–2) sur « Route » pour"));
    assert!(en.contains(" of P(mRS 0–2) on “Drive” for ") && en.ends_with(" patient)."), "{en}");
}

#[test]
fn ranges_that_overlap_are_said_where_anything_is_gained() {
    let doubted = |expected_utility: f64, low: f64| {
        let range = [low, 0.05];
        said(&Gain { expected_utility, expected_utility_range: range, ..gain() })
            .1
            .ends_with("; the ranges overlap, nothing shows that one is better than the other.")
    };
    assert!(!doubted(0.03, 0.01));
    assert!(doubted(0.03, 0.0) && doubted(0.03, -0.01));
    assert!(doubted(NEGLIGIBLE_UTILITY, -0.01));
    assert!(!doubted(0.0009, -0.01) && !doubted(-0.0009, -0.01));
}

#[test]
fn points_are_counted_as_each_language_counts() {
    let written = |share, range| plain(&points(share, range));
    assert_eq!(
        written(0.0194, [0.0, 0.03]),
        ("1,9 point [0,0–3,0]".to_owned(), "1.9 points [0.0–3.0]".to_owned())
    );
    assert_eq!(written(0.02, [0.01, 0.03]).0, "2,0 points [1,0–3,0]");
    // Rounded first: two are written, though there are fewer.
    assert_eq!(written(0.0196, [0.01, 0.03]).0, "2,0 points [1,0–3,0]");
    assert_eq!(written(-0.005, [-0.01, 0.0]).0, "−0,5 point [−1,0 à 0,0]");
    assert_eq!(written(0.112, [0.1, 0.13]).0, "11,2 points [10,0–13,0]");
    assert_eq!(
        written(-0.021, [-0.034, 0.009]),
        ("−2,1 points [−3,4 à 0,9]".to_owned(), "−2.1 points [−3.4 to 0.9]".to_owned())
    );
}

#[test]
fn the_cheapest_is_enough_where_a_dearer_one_is_no_better() {
    let plans = [drive(), flight()];
    let cheaper = |expected_utility| Gain { euros: -2200.0, expected_utility, ..gain() };
    let best = said_of(&plans, [0.5, 0.4], &cheaper(0.03));
    assert_eq!(
        best.0,
        "« Route » suffit : « Vol » coûterait 2 200 € de plus et ferait perdre 3,9 points [2,0–6,1] de P(mRS 0–2)."
    );
    assert_eq!(
        best.1,
        "“Drive” is enough: “Flight” would cost €2,200 more and lose 3.9 points [2.0–6.1] of P(mRS 0–2)."
    );
    assert_eq!(said_of(&plans, [0.5, 0.4], &cheaper(NEGLIGIBLE_UTILITY)), best);
    let no_better = said_of(&plans, [0.5, 0.4], &cheaper(0.0009));
    assert_eq!(
        no_better.0,
        "Aucun transport n'améliore le devenir de ce patient : « Route » suffit (400 €)."
    );
    assert_eq!(no_better.1, "No transport improves the outcome of this patient: “Drive” is enough (€400).");
    // At the same price the gain is told, however small.
    let same = Gain { euros: 0.0, expected_utility: 0.0009, ..gain() };
    assert!(said_of(&plans, [0.5, 0.4], &same).1.starts_with("“Drive” gains 60 min"));
}

#[test]
fn nothing_changes_where_all_that_can_be_done_are_worth_the_same() {
    let unchanged = "No transport changes the outcome of this patient: “Drive” is enough (€400).";
    let of = |plans: &[Plan; 2], utilities| said_of(plans, utilities, &gain()).1;
    let plans = [drive(), flight()];
    assert_eq!(of(&plans, [0.0009, 0.0]), unchanged);
    assert_eq!(of(&plans, [0.0, 0.0009]), unchanged);
    assert!(of(&plans, [NEGLIGIBLE_UTILITY, 0.0]).starts_with("“Drive” gains"));
    let grounded = Plan { blocked_by: Some(Text::new("météo", "weather")), ..flight() };
    assert_eq!(of(&[drive(), grounded], [0.5, 0.1]), unchanged);
}

#[test]
fn without_a_choice_there_is_no_comparison() {
    let plans = [flight(), drive()];
    let none = recommendation(&plans, &[0.5, 0.4].map(worth_so_much), None, None, &early());
    assert_eq!(none, Text::new("Aucun plan n'est réalisable.", "No plan can be carried out."));
    let only = recommendation(&plans[..1], &[worth_so_much(0.5)], Some(0), None, &early());
    assert_eq!(
        only,
        Text::new("Seul plan réalisable : « Vol ».", "The only plan that can be carried out: “Flight”.")
    );
}

#[test]
fn a_thrombectomy_beyond_eight_hours_is_said_of_what_can_be_done() {
    let late = |age, groin: Option<f64>, blocked_by| {
        let plans = [flight(), Plan { groin: groin.map(Minutes), blocked_by, ..drive() }];
        let known = patient(OnsetAge::Known(Minutes(age)));
        let text = recommendation(&plans, &[0.5, 0.4].map(worth_so_much), Some(0), Some(&gain()), &known);
        text.en.ends_with("late. Beyond 8 h thrombectomy depends on selection by imaging (DAWN, DEFUSE-3), not counted here.")
    };
    assert!(late(300.0, Some(180.0), None));
    assert!(!late(300.0, Some(179.0), None) && !late(300.0, None, None));
    assert!(!late(300.0, Some(180.0), Some(Text::new("météo", "weather"))));
}

#[test]
fn what_is_assumed_of_an_unknown_onset_is_said() {
    let of = |plans: [Plan; 2]| {
        let waking = patient(OnsetAge::WithinLast { minutes: Minutes(300.0), seen: Seen::OnWaking });
        let text = recommendation(&plans, &[0.5, 0.4].map(worth_so_much), Some(0), Some(&gain()), &waking);
        text.en.split_once("Time of onset: ").unwrap().1.to_owned()
    };
    let assumed = "found on waking, assumed equally likely at any time of the last 5 h";
    let without = |plan| Plan { needle: None, ..plan };
    assert_eq!(of([flight(), drive()]), format!("{assumed}."));
    assert_eq!(of([without(flight()), drive()]), format!("{assumed}."));
    assert_eq!(of([without(flight()), without(drive())]), format!("{assumed}; thrombolysis not counted."));
}

#[test]
fn plans_are_called_by_how_they_travel_where_that_tells_them_apart() {
    let named = |mode, other: Option<Mode>| {
        let plans = [plan("Premier", "First", mode, 2600.0), plan("Second", "Second", other, 400.0)];
        let late = said_of(&plans, [0.5, 0.4], &gain());
        let gain = Gain { break_even: BreakEven::After(Minutes::ZERO), ..gain() };
        let slightest = said_of(&plans, [0.5, 0.4], &gain);
        let end = |text: &str| text.split_once(" ; ").unwrap().1.to_owned();
        (late.0.split_once(" gagne").unwrap().0.to_owned(), end(&late.0), end(&slightest.0))
    };
    let all =
        |first: &str, late: &str, slightest: &str| (first.to_owned(), late.to_owned(), slightest.to_owned());
    assert_eq!(
        named(Some(Mode::Air), Some(Mode::Road)),
        all(
            "L'hélicoptère",
            "la route suffit si le vol tarde de plus de 60 min.",
            "la route suffit au moindre retard du vol."
        )
    );
    assert_eq!(
        named(Some(Mode::Team), Some(Mode::Stay)),
        all(
            "L'équipe mobile",
            "rester sur place suffit si l'équipe tarde de plus de 60 min.",
            "rester sur place suffit au moindre retard de l'équipe."
        )
    );
    assert_eq!(
        named(Some(Mode::Road), Some(Mode::Team)),
        all(
            "La route",
            "l'équipe mobile suffit si l'ambulance tarde de plus de 60 min.",
            "l'équipe mobile suffit au moindre retard de l'ambulance."
        )
    );
    assert_eq!(
        named(Some(Mode::Air), Some(Mode::Air)),
        all(
            "« Premier »",
            "« Second » suffit si le vol tarde de plus de 60 min.",
            "« Second » suffit au moindre retard du vol."
        )
    );
    assert_eq!(
        named(None, Some(Mode::Road)),
        all(
            "« Premier »",
            "« Second » suffit si « Premier » tarde de plus de 60 min.",
            "« Second » suffit au moindre retard de « Premier »."
        )
    );
}
