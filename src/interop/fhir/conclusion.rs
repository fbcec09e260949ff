//! What the report concludes, in codes of ICD-10 (WHO, version 2019): only what a reader says is there.

use serde_json::{Value, json};

use crate::domain::report::{BleedKind, Observation, Presence};
use crate::domain::wording::observed;

/// hl7.org/fhir/R4/icd.html
const ICD_10: &str = "http://hl7.org/fhir/sid/icd-10";

/// Of the last statement on each.
pub(super) fn codes<'a>(observations: impl Iterator<Item = &'a Observation>) -> Vec<Value> {
    let (mut bleed, mut bleed_kind, mut infarct, mut occlusion, mut vessel) = (None, None, None, None, None);
    for observation in observations {
        match observation {
            Observation::Haemorrhage(presence) => bleed = Some(*presence),
            Observation::HaemorrhageSite(site) => bleed_kind = Some(site.kind),
            Observation::Infarct(presence) => infarct = Some(*presence),
            Observation::Occlusion(presence) => occlusion = Some(*presence),
            Observation::OcclusionSite(_) => vessel = Some(observed(observation).fr),
            _ => {}
        }
    }
    let mut codes = Vec::new();
    if bleed == Some(Presence::Present) {
        let (code, display) = haemorrhage(bleed_kind);
        codes.push(json!({ "coding": [{ "system": ICD_10, "code": code, "display": display }] }));
    }
    if infarct == Some(Presence::Present) {
        let display = "Cerebral infarction, unspecified";
        codes.push(json!({ "coding": [{ "system": ICD_10, "code": "I63.9", "display": display }] }));
    }
    // I65 and I66 say "not resulting in cerebral infarction", which nobody knows yet: words, and no code.
    if occlusion == Some(Presence::Present) {
        let place = vessel.map_or_else(String::new, |vessel| format!(" : {vessel}"));
        codes.push(json!({ "text": format!("Occlusion artérielle{place}") }));
    }
    codes
}

fn haemorrhage(kind: Option<BleedKind>) -> (&'static str, &'static str) {
    match kind {
        Some(BleedKind::Deep) => ("I61.0", "Intracerebral haemorrhage in hemisphere, subcortical"),
        Some(BleedKind::Lobar) => ("I61.1", "Intracerebral haemorrhage in hemisphere, cortical"),
        Some(BleedKind::Brainstem) => ("I61.3", "Intracerebral haemorrhage in brain stem"),
        Some(BleedKind::Cerebellar) => ("I61.4", "Intracerebral haemorrhage in cerebellum"),
        Some(BleedKind::Intraventricular) => ("I61.5", "Intracerebral haemorrhage, intraventricular"),
        Some(BleedKind::Subarachnoid) => ("I60.9", "Subarachnoid haemorrhage, unspecified"),
        Some(BleedKind::Subdural) => ("I62.0", "Nontraumatic subdural haemorrhage"),
        Some(BleedKind::Epidural) => ("I62.1", "Nontraumatic extradural haemorrhage"),
        // A bleed in the head, whatever its place.
        None => ("I62.9", "Intracranial haemorrhage (nontraumatic), unspecified"),
    }
}
