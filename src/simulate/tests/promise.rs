//! What the product's order promises at load 0.8, one reader: `docs/queue.md` shows where it holds and where not.

use super::*;

/// A million patients: the 99th percentile of the missed, one in a hundred, is else a matter of luck.
fn compare(picture: Picture, seed: u64) -> (Waits, Waits) {
    let clinical = Clinical { picture, ..Clinical::default() };
    let scenario = Scenario { patients: 1_000_000, clinical, ..Scenario::default() };
    let mut policies = simulate(&scenario, &[Policy::Fifo, Policy::Vigie], seed, |_| {}).policies;
    let vigie = policies.pop().unwrap().waits;
    (policies.pop().unwrap().waits, vigie)
}

#[test]
fn the_diseased_wait_less_than_half_as_long_and_the_missed_no_longer() {
    for seed in [1, 2, 3] {
        for (picture, most) in [(Picture::None, 1.10), (Picture::Race, 1.0)] {
            let (fifo, vigie) = compare(picture, seed);
            let diseased = vigie.diseased.mean.unwrap() / fifo.diseased.mean.unwrap();
            assert!(diseased < 0.5, "{picture:?}, seed {seed}: {diseased}");
            let missed = vigie.missed.p99.unwrap() / fifo.missed.p99.unwrap();
            assert!(missed <= most, "{picture:?}, seed {seed}: {missed}");
        }
    }
}

#[test]
fn no_order_shortens_the_mean_wait_of_all() {
    // Waiting is conserved where orders do not look at how long a reading takes (Kleinrock 1965,
    // doi:10.1002/nav.3800120206): every minute saved for one is another's.
    let scenario = Scenario { patients: 100_000, ..Scenario::default() };
    let means: Vec<f64> = run(&scenario, 1).iter().map(|p| p.waits.all.mean.unwrap()).collect();
    for mean in &means {
        assert!((mean / means[0] - 1.0).abs() < 0.01, "{means:?}");
    }
}

#[test]
fn what_is_not_told_in_time_cannot_help() {
    let late =
        Scenario { patients: 50_000, ai: Ai { delay_minutes: 30.0, ..Ai::default() }, ..Scenario::default() };
    let never = Scenario { ai: Ai { delay_minutes: 1e9, ..late.ai }, ..late.clone() };
    let at_once = Scenario { ai: Ai { delay_minutes: 0.0, ..late.ai }, ..late.clone() };
    let [at_once, late, never] = [at_once, late, never].map(|scenario| {
        let outcome = simulate(&scenario, &[Policy::AiFirst], 1, |_| {});
        outcome.policies[0].waits.flagged.mean.unwrap()
    });
    assert!(at_once < late && late < never, "{at_once} {late} {never}");
}

#[test]
fn readers_go_home_and_come_back() {
    let day = "[[shifts]]\nfrom = \"08:00\"\nto = \"20:00\"\nreaders = 2";
    let scenario = Scenario::parse(day).unwrap();
    let waits = &simulate(&scenario, &[Policy::Fifo], 1, |_| {}).policies[0].waits;
    // Who arrives at eight in the evening waits for the morning.
    assert!(waits.all.max.unwrap() > 12.0 * 60.0);
    let two = Scenario { readers: 2, ..Scenario::default() };
    let two = &simulate(&two, &[Policy::Fifo], 1, |_| {}).policies[0].waits;
    // Two readers at load 0.4 each: Erlang's C formula gives 1.905 minutes.
    assert!((two.all.mean.unwrap() / 1.905 - 1.0).abs() < 0.05, "{:?}", two.all.mean);
}
