//! `vigie dispatch`, as the contract has it.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use vigie::domain::outcome;
use vigie::domain::time::Minutes;

const CONTRACT: &str = r#"
[patient]
onset_minutes_ago = 60
[posterior]
hemorrhage = 0.0
lvo = 1.0
nlvo = 0.0
mimic = 0.0
[[plans]]
name = "drip-and-ship by road"
needle_at = 95
groin_at = 210
cost_euros = 400
bypass = false
futile = 0.0
[[plans]]
name = "drip-and-ship by air"
needle_at = 95
groin_at = 150
cost_euros = 2600
futile = 0.0
"#;

struct Scenario {
    dir: tempfile::TempDir,
}

impl Scenario {
    fn new(text: &str) -> std::io::Result<Self> {
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("case.toml"), text)?;
        Ok(Self { dir })
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("case.toml")
    }

    fn run(&self, more: &[&str]) -> std::io::Result<Output> {
        Command::new(env!("CARGO_BIN_EXE_vigie"))
            .args(["dispatch", "--scenario"])
            .arg(self.path())
            .args(more)
            .output()
    }
}

#[test]
fn the_contracts_scenario_gives_the_contracts_result() {
    let output = Scenario::new(CONTRACT).unwrap().run(&["--json"]).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["schema"], "vigie.dispatch/1");
    assert_eq!(answer["recommended"], "drip-and-ship by air");
    assert!(answer["sentence"].as_str().unwrap().contains("gains 60 min"), "{}", answer["sentence"]);
    for (plan, (name, groin, gained)) in answer["plans"]
        .as_array()
        .unwrap()
        .iter()
        .zip([("drip-and-ship by road", 210.0, 0.0), ("drip-and-ship by air", 150.0, 60.0)])
    {
        assert_eq!(plan["name"], name);
        assert_eq!(plan["minutes_gained"], gained);
        let published = outcome::lvo(Some(Minutes(95.0)), Some(Minutes(groin)));
        let mrs: Vec<f64> = plan["mrs"].as_array().unwrap().iter().map(|p| p.as_f64().unwrap()).collect();
        assert_eq!(mrs.len(), 7);
        for (ours, published) in mrs.iter().zip(published.probabilities()) {
            assert!((ours - published).abs() < 1e-6);
        }
        let utility = plan["expected_utility"].as_f64().unwrap();
        assert!((utility - published.expected_utility()).abs() < 1e-6);
        let range = &plan["range"]["expected_utility"];
        assert!(range[0].as_f64().unwrap() < utility && utility < range[1].as_f64().unwrap());
    }
}

#[test]
fn the_same_seed_gives_the_same_answer_and_another_does_not() {
    let scenario = Scenario::new(CONTRACT).unwrap();
    let answer = |seed| scenario.run(&["--json", "--seed", seed]).unwrap().stdout;
    assert_eq!(answer("7"), answer("7"));
    assert_ne!(answer("7"), answer("8"));
}

#[test]
fn places_give_the_plans_with_the_gate_that_stops_each() {
    let text = "[patient]\nonset_minutes_ago = 60\nsite = \"valmont\"\n[conditions]\nlight = \"night\"\n";
    let output = Scenario::new(text).unwrap().run(&["--json"]).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let plan =
        |name: &str| answer["plans"].as_array().unwrap().iter().find(|p| p["name"] == name).unwrap().clone();
    assert_eq!(plan("drip-and-ship-road")["feasible"], true);
    assert_eq!(plan("drip-and-ship-air")["feasible"], false);
    assert!(plan("direct-air")["blocked_by"].as_str().unwrap().contains("night"));
}

#[test]
fn the_hour_decides_gates_and_traffic() {
    let text = "[patient]\nonset_minutes_ago = 60\nsite = \"valmont\"\n[posterior]\nhemorrhage = 0.0\nlvo = 1.0\n\
                nlvo = 0.0\nmimic = 0.0\n[conditions]\nat = \"2026-11-24T12:00:00+01:00\"\nweather = \"flyable\"\n";
    let output = Scenario::new(text).unwrap().run(&["--json"]).unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let sentence = answer["sentence_text"]["fr"].as_str().unwrap();
    assert!(sentence.contains("la route suffit si le vol tarde de plus de "), "{sentence}");
    assert!(answer["gain"]["break_even_minutes"].as_f64().unwrap() > 1.0);
    let night = text.replace("T12:00", "T23:00");
    let output = Scenario::new(&night).unwrap().run(&["--json"]).unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let stopped = answer["plans"].as_array().unwrap().iter().find(|p| p["name"] == "direct-air").unwrap();
    assert_eq!(stopped["blocked_by"], "Hélicoptère Combe does not fly at night");
}

#[test]
fn what_is_wrong_is_refused_on_one_line_by_its_name() {
    for (from, to, said) in [
        ("needle_at = 95", "needle_minutes = 95", "unknown field `needle_minutes`"),
        ("lvo = 1.0", "lvo = 0.9", "must sum to 1"),
        ("futile = 0.0", "futile = 1.5", "futile must be 0 to 1"),
        ("groin_at = 210", "groin_at = -1", "groin_at must be 0 or more"),
        ("onset_minutes_ago = 60", "", "either onset_minutes_ago or onset"),
        (
            "[posterior]",
            "[conditions]\nlight = \"day\"\nat = \"2026-11-24T12:00:00Z\"\n[posterior]",
            "conditions must not have both at and light",
        ),
        ("by air", "by road", "'drip-and-ship by road' is named twice"),
        (
            "onset_minutes_ago = 60",
            "onset = \"unknown\"\nsite = \"atlantis\"",
            "no site is called 'atlantis'",
        ),
    ] {
        let output = Scenario::new(&CONTRACT.replacen(from, to, 1)).unwrap().run(&[]).unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{to}");
        assert!(output.stdout.is_empty(), "{to}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(stderr.contains(said), "{stderr}");
    }
    let missing = Command::new(env!("CARGO_BIN_EXE_vigie")).arg("dispatch").output().unwrap();
    assert_eq!(missing.status.code(), Some(2));
}
