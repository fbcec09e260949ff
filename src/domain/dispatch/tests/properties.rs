//! What must hold of any plans and any patient.

use super::*;

/// Where the published model changes from thrombolysis to thrombectomy (it weighs them by mean mRS), a later needle
/// may raise expected utility by as much.
const SWITCH: f64 = 0.006;

fn treatments() -> impl Strategy<Value = Plan> {
    let hinges = prop_oneof![Just(Hinges::Nothing), Just(Hinges::Groin), Just(Hinges::Everything)];
    (
        proptest::option::of(0.0..400.0_f64),
        proptest::option::of(0.0..600.0_f64),
        (0.0..5000.0_f64, 0.0..=1.0_f64),
        (any::<bool>(), hinges, 0.0..0.3_f64),
    )
        .prop_map(|(needle, groin, (cost, futile), (bypass, hinges, hemorrhage_loss_per_hour))| Plan {
            futile,
            bypass,
            hinges,
            hemorrhage_loss_per_hour,
            ..plan("p", needle, groin, cost)
        })
}

fn anyone() -> impl Strategy<Value = Patient> {
    ([0.0..1.0_f64, 0.01..1.0, 0.0..1.0, 0.0..1.0], proptest::option::of(0.0..500.0_f64)).prop_map(
        |(weights, age)| Patient {
            onset: age.map_or(OnsetAge::unknown(), |age| OnsetAge::Known(Minutes(age))),
            posterior: Differential::normalised(weights),
        },
    )
}

fn utility(plan: &Plan, patient: &Patient) -> f64 {
    central_outcome(plan, patient).expected_utility()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn more_delay_is_never_better(plan in treatments(), patient in anyone(), a in 0.0..300.0, more in 0.0..300.0) {
        let late = |by: f64| utility(&plan.delayed(Minutes(by), patient.onset), &patient);
        let tolerance = if plan.hinges == Hinges::Everything { SWITCH } else { 1e-9 };
        prop_assert!(late(a + more) <= late(a) + tolerance, "{} then {}", late(a), late(a + more));
    }

    #[test]
    fn at_break_even_the_other_does_as_well(plan in treatments(), over in treatments(), patient in anyone()) {
        let (ours, theirs) = (utility(&plan, &patient), utility(&over, &patient));
        let late = |by: f64| utility(&plan.delayed(Minutes(by), patient.onset), &patient);
        match break_even(&plan, &over, &patient) {
            BreakEven::Never => prop_assert!(late(1440.0) > theirs),
            BreakEven::After(Minutes(0.0)) if ours <= theirs => {}
            BreakEven::After(at) => {
                prop_assert!(ours > theirs);
                let (before, after) = (late(at.0), late(at.0 + 0.01));
                prop_assert!(before > theirs && theirs >= after, "{before} {theirs} {after}");
                // Where the curve does not jump (a needle leaving its window, a change of treatment) both are equal.
                if before - after < 1e-4 {
                    prop_assert!((late(at.0 + 0.005) - theirs).abs() < 1e-4);
                }
            }
        }
    }

    #[test]
    fn a_better_alternative_breaks_even_sooner(
        plan in treatments(), groin in 0.0..400.0, sooner in 0.0..200.0, patient in anyone(),
    ) {
        let delay = |over: &Plan| match break_even(&plan, over, &patient) {
            BreakEven::After(at) => at.0,
            BreakEven::Never => f64::INFINITY,
        };
        let over = super::plan("q", None, Some(groin + sooner), 0.0);
        let better = super::plan("q", None, Some(groin), 0.0);
        prop_assume!(utility(&better, &patient) >= utility(&over, &patient));
        prop_assert!(delay(&better) <= delay(&over));
    }

    #[test]
    fn what_is_worse_in_every_time_and_cost_is_never_recommended(
        plan in treatments(), later in [0.1..200.0_f64, 0.1..200.0, 0.1..2000.0], patient in anyone(), first in any::<bool>(),
    ) {
        let worse = Plan {
            name: "worse".into(),
            needle: plan.needle.map(|t| t + Minutes(later[0])),
            groin: plan.groin.map(|t| t + Minutes(later[1])),
            cost_euros: plan.cost_euros + later[2],
            ..plan.clone()
        };
        let plans = if first { [worse, plan] } else { [plan, worse] };
        let recommended = compare(&plans, &patient, &Spread { draws: 1, ..Spread::default() }, 1).recommended;
        prop_assert!(plans[recommended.unwrap()].name != "worse");
    }

    #[test]
    fn nothing_changes_the_outcome_of_a_certain_mimic(plans in proptest::collection::vec(treatments(), 2..6)) {
        let comparison = compare(&plans, &patient(MIMIC), &Spread { draws: 20, ..Spread::default() }, 1);
        let cheapest = plans.iter().map(|p| p.cost_euros).fold(f64::INFINITY, f64::min);
        prop_assert_eq!(plans[comparison.recommended.unwrap()].cost_euros, cheapest);
        prop_assert!(comparison.sentence.en.starts_with("No transport changes the outcome"));
        prop_assert!(comparison.sentence.fr.starts_with("Aucun transport ne change le devenir"));
    }

    #[test]
    fn the_more_a_haemorrhage_is_likely_the_more_bypass_costs(
        direct in treatments(), weights in [0.01..1.0_f64, 0.01..1.0, 0.01..1.0], h in 0.0..0.9, more in 0.01..0.1,
    ) {
        let (bypass, stop) = (Plan { bypass: true, ..direct.clone() }, Plan { bypass: false, ..direct });
        let loss = |h: f64| {
            let rest: f64 = weights.iter().sum();
            let shares = weights.map(|w| w / rest * (1.0 - h));
            let patient = Patient {
                onset: OnsetAge::Known(Minutes(60.0)),
                posterior: Differential::normalised([h, shares[0], shares[1], shares[2]]),
            };
            utility(&stop, &patient) - utility(&bypass, &patient)
        };
        prop_assert!(loss(h) >= -1e-12);
        prop_assert!(loss(h + more) > loss(h));
    }
}
