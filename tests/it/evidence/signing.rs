//! An administrator's signature under an evaluation on the site's own studies.

use serde_json::json;
use vigie::domain::evidence::Lacking;
use vigie::pathway::sign_evaluation::{SignEvaluationError, end_signature, sign_evaluation};
use vigie::pathway::verify_audit::verify_audit;

use super::{analysed, evaluation, person, received, row, say, word};
use crate::imaging_support::{bundled, runtime};
use crate::support::server::Server;

const ENOUGH: [u32; 4] = [28, 30, 56, 60];

pub async fn a_signature_lifts_the_evidence_at_its_site_alone(server: &Server) {
    let manifest = bundled().manifest;
    let here = received(server, "SIGN-1", "valmont").await;
    let elsewhere = received(server, "SIGN-2", "roche-claire").await;
    say(server, &here.series, &word(analysed(0.97))).await;
    say(server, &elsewhere.series, &word(analysed(0.97))).await;
    let before = row(server, "SIGN-1").await;
    assert_eq!(before["flags"][0]["evidence"], "internal");

    let admin = person(server, "admin").await;
    let file = serde_json::to_vec(&evaluation(&manifest, ENOUGH)).unwrap();
    let signature =
        sign_evaluation(&server.desk, &admin, &manifest, &"valmont".parse().unwrap(), &file).await.unwrap();
    assert_eq!((signature.measured.positives, signature.measured.negatives), (30, 60));
    let lifted = row(server, "SIGN-1").await;
    assert_eq!(lifted["flags"][0]["evidence"], "site");
    assert_ne!(lifted["flags"][0]["ppv"], before["flags"][0]["ppv"], "it is worth what it did here");
    assert!(lifted["urgency"].as_f64().unwrap() > before["urgency"].as_f64().unwrap());
    assert_eq!(row(server, "SIGN-2").await["flags"][0]["evidence"], "internal");

    // signed again, the later one counts; taken back, the pack's own evidence does
    let better = serde_json::to_vec(&evaluation(&manifest, [30, 30, 60, 60])).unwrap();
    sign_evaluation(&server.desk, &admin, &manifest, &"valmont".parse().unwrap(), &better).await.unwrap();
    end_signature(&server.desk, &admin, &manifest, &"valmont".parse().unwrap()).await.unwrap();
    assert_eq!(row(server, "SIGN-1").await["flags"], before["flags"]);
    let nothing = end_signature(&server.desk, &admin, &manifest, &"valmont".parse().unwrap()).await;
    assert!(matches!(nothing, Err(SignEvaluationError::NotSigned)), "{nothing:?}");
    verify_audit(&server.desk.db, &server.desk.auditor).await.unwrap();
    let audit = server.read("auditor", "/api/v1/audit").await.to_string();
    assert_eq!(audit.matches("model.sign").count(), 2);
    assert_eq!(audit.matches("model.unsign").count(), 1);
}

pub async fn what_is_not_enough_or_not_this_pack_is_refused(server: &Server) {
    let manifest = bundled().manifest;
    let admin = person(server, "admin").await;
    let attempt = async |who: &str, manifest: &_, file: Vec<u8>, site: &str| {
        let actor = person(server, who).await;
        sign_evaluation(&server.desk, &actor, manifest, &site.parse().unwrap(), &file).await.unwrap_err()
    };
    let file = |figures| serde_json::to_vec(&evaluation(&manifest, figures)).unwrap();

    let few = attempt("admin", &manifest, file([28, 29, 56, 59]), "valmont").await;
    let SignEvaluationError::NotEnough(lacking) = few else { panic!("{few:?}") };
    assert_eq!(lacking, [Lacking::Positives { have: 29 }, Lacking::Negatives { have: 59 }]);
    let weak = attempt("admin", &manifest, file([15, 30, 56, 60]), "valmont").await;
    assert!(matches!(weak, SignEvaluationError::NotEnough(_)), "{weak:?}");

    let mut other = manifest.clone();
    other.sha256 = "0".repeat(64);
    let other = attempt("admin", &other, file(ENOUGH), "valmont").await;
    assert!(matches!(other, SignEvaluationError::OtherNetwork { .. }), "{other:?}");
    let mut moved = manifest.clone();
    moved.threshold = 0.9;
    let moved = attempt("admin", &moved, file(ENOUGH), "valmont").await;
    assert!(matches!(moved, SignEvaluationError::OtherThreshold { .. }), "{moved:?}");

    let mut forged = serde_json::to_value(evaluation(&manifest, [15, 30, 56, 60])).unwrap();
    forged["figures"]["sensitivity"] = json!({ "part": 30, "whole": 30, "estimate": null });
    let forged = attempt("admin", &manifest, serde_json::to_vec(&forged).unwrap(), "valmont").await;
    assert!(matches!(forged, SignEvaluationError::Evaluation(_)), "{forged:?}");

    let reader = attempt("neurologist", &manifest, file(ENOUGH), "saint-aubin").await;
    assert!(matches!(reader, SignEvaluationError::NotAllowed), "{reader:?}");
    let nowhere = attempt("admin", &manifest, file(ENOUGH), "nowhere").await;
    assert!(matches!(nowhere, SignEvaluationError::UnknownSite(_)), "{nowhere:?}");
    assert_eq!(admin.user.username, "admin");
    let audit = server.read("auditor", "/api/v1/audit").await.to_string();
    assert!(!audit.contains("model.sign"), "nothing was signed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_signs_in_the_web_application() {
    let Some(runtime) = runtime() else { return };
    let mut candidate = bundled();
    candidate.manifest.name = "newer".to_owned();
    let models =
        vigie::inference::models::Models::open(&runtime, vec![bundled()], vec![candidate], 1).unwrap();
    let server = Server::with(models).await;
    let manifest = bundled().manifest;
    let listed = server.read("admin", "/api/v1/admin/models").await;
    let entries = listed["models"].as_array().unwrap();
    assert_eq!(entries.len(), 2 * 4, "each model at each site");
    let first = &entries[0];
    assert_eq!(
        (&first["role"], &first["evidence"], &first["moves_queue"]),
        (&json!("active"), &json!("internal"), &json!(true))
    );
    assert_eq!(first["watch"]["drift"]["state"], "too_few");
    let candidate = entries.iter().find(|entry| entry["role"] == "candidate").unwrap();
    assert_eq!((&candidate["moves_queue"], &candidate["watch"]), (&json!(false), &json!(null)));

    let path = "/api/v1/admin/models/haemorrhage/sign?site=valmont";
    let file = |figures| serde_json::to_value(evaluation(&manifest, figures)).unwrap();
    let few = server.post("admin", path, &file([5, 5, 5, 5])).await;
    assert_eq!(few.status(), 422);
    let said: serde_json::Value = few.json().await.unwrap();
    assert!(said["detail_text"]["fr"].as_str().unwrap().contains("5 études avec la maladie"), "{said}");
    assert!(said["detail"].as_str().unwrap().contains("30 are needed"), "{said}");
    let signed = server.post("admin", path, &file(ENOUGH)).await;
    assert_eq!(signed.status(), 200);
    let entry: serde_json::Value = signed.json().await.unwrap();
    assert_eq!((&entry["evidence"], &entry["pack_evidence"]), (&json!("site"), &json!("internal")));
    assert_eq!(
        (&entry["signed"]["by"]["display_name"], &entry["measured"]["positives"]),
        (&json!("Dr admin"), &json!(30))
    );
    let back = server.by("admin", reqwest::Method::DELETE, path).send().await.unwrap();
    assert_eq!(back.status(), 204);
    let unknown = server.post("admin", "/api/v1/admin/models/none/sign?site=valmont", &file(ENOUGH)).await;
    assert_eq!(unknown.status(), 404);
}
