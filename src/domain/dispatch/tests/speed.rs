//! How long a thousand plans take: `cargo test --release --lib a_thousand_plans -- --ignored --nocapture`.

use super::*;

#[test]
#[ignore = "a measurement"]
fn a_thousand_plans() {
    let plans: Vec<Plan> = (0..1000_u32)
        .map(|i| Plan {
            futile: 0.43,
            bypass: i % 2 == 0,
            ..plan("p", Some(60.0 + f64::from(i) / 10.0), Some(120.0 + f64::from(i) / 5.0), f64::from(i))
        })
        .collect();
    let someone =
        Patient { onset: OnsetAge::Known(Minutes(60.0)), posterior: differential([0.15, 0.35, 0.3, 0.2]) };
    let before = std::time::Instant::now();
    let comparison = compare(&plans, &someone, &Spread::default(), 1);
    let together = before.elapsed();
    let before = std::time::Instant::now();
    for (i, six) in plans.chunks(6).enumerate() {
        let unknown = Patient { onset: OnsetAge::unknown(), ..someone };
        assert!(compare(six, &unknown, &Spread::default(), i as u64).recommended.is_some());
    }
    println!("1,000 plans of one patient {together:?}; of 167 patients {:?}", before.elapsed());
    assert_eq!(comparison.assessments.len(), 1000);
}
