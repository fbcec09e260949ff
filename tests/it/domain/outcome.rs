//! The outcome model against stroke-outcome 0.1.8 (`tests/oracles/write_stroke_outcome.py` wrote the fixture).

use serde::Deserialize;
use vigie::domain::outcome;
use vigie::domain::time::Minutes;

const TOLERANCE: f64 = 1e-6;

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
struct Case {
    kind: Kind,
    needle_at: Option<Minutes>,
    groin_at: Option<Minutes>,
    mrs: [f64; 7],
    mean_mrs: f64,
    expected_utility: f64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Lvo,
    Nlvo,
}

#[test]
fn outcomes_agree_with_the_published_model() {
    let fixture: Fixture = serde_json::from_str(include_str!("../../fixtures/domain/stroke_outcome.json"))
        .expect("the fixture is JSON");
    assert!(fixture.cases.len() >= 1000);
    for case in fixture.cases {
        let ours = match case.kind {
            Kind::Lvo => outcome::lvo(case.needle_at, case.groin_at),
            Kind::Nlvo => outcome::nlvo(case.needle_at),
        };
        for (ours, published) in ours.probabilities().into_iter().zip(case.mrs) {
            assert!((ours - published).abs() < TOLERANCE, "{case:?}: {ours}");
        }
        assert!((ours.mean() - case.mean_mrs).abs() < TOLERANCE, "{case:?}: {}", ours.mean());
        assert!((ours.expected_utility() - case.expected_utility).abs() < TOLERANCE, "{case:?}");
    }
}
