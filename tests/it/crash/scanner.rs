//! A scanner: studies under fresh UIDs, sent by DCMTK's `storescu`, which says what was acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::tags;
use vigie::domain::identity::{SeriesUid, StudyUid};

use crate::support::instance::fresh_uid;

/// Slices a study: enough for an analysis, few enough for fifty of them.
pub const SLICES: usize = 10;
/// DCMTK's own: a Python package may put another of the same name first on the path.
const STORESCU: &str = "/usr/bin/storescu";

pub struct Study {
    pub study: StudyUid,
    pub series: SeriesUid,
    /// File by SOP Instance UID.
    files: BTreeMap<String, PathBuf>,
}

impl Study {
    /// Writes some neighbouring slices of the demonstration's bleeding head as another patient's.
    pub fn write(folder: &Path, patient: usize) -> Self {
        std::fs::create_dir(folder).unwrap();
        let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/studies/saignement");
        let mut templates: Vec<PathBuf> = std::fs::read_dir(demo)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "dcm"))
            .collect();
        templates.sort();
        let (study, series) = (fresh_uid(), fresh_uid());
        let mut files = BTreeMap::new();
        for template in templates.iter().skip((templates.len() - SLICES) / 2).take(SLICES) {
            let uid = fresh_uid();
            let mut object = dicom_object::open_file(template).unwrap();
            let mut put = |tag, vr, value: &str| {
                object.put(DataElement::new(tag, vr, PrimitiveValue::from(value)));
            };
            put(tags::SOP_INSTANCE_UID, VR::UI, &uid);
            put(tags::STUDY_INSTANCE_UID, VR::UI, &study);
            put(tags::SERIES_INSTANCE_UID, VR::UI, &series);
            put(tags::PATIENT_ID, VR::LO, &format!("CRASH-{patient:04}"));
            put(tags::ACCESSION_NUMBER, VR::SH, "");
            object.update_meta(|meta| meta.media_storage_sop_instance_uid = uid.clone());
            let path = folder.join(format!("{uid}.dcm"));
            object.write_to_file(&path).unwrap();
            files.insert(uid, path);
        }
        Self { study: study.parse().unwrap(), series: series.parse().unwrap(), files }
    }

    pub fn instances(&self) -> BTreeSet<String> {
        self.files.keys().cloned().collect()
    }

    /// The files whose instances are not among these.
    pub fn not_in(&self, acknowledged: &BTreeSet<String>) -> Vec<PathBuf> {
        let missing = self.files.iter().filter(|(uid, _)| !acknowledged.contains(*uid));
        missing.map(|(_, path)| path.clone()).collect()
    }
}

/// Sends files over one association and returns the SOP Instance UIDs that were answered with success, also when the
/// association broke.
pub async fn send(to: SocketAddr, files: Vec<PathBuf>) -> BTreeSet<String> {
    let output = tokio::process::Command::new(STORESCU)
        .args(["-v", "-xt", "-aet", "VALMONT_CT", "-aec", "VIGIE"])
        .args([to.ip().to_string(), to.port().to_string()])
        .args(&files)
        .output()
        .await
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let mut sending = None;
    let mut acknowledged = BTreeSet::new();
    for line in said.lines() {
        if let Some((_, path)) = line.split_once("Sending file: ") {
            sending = Path::new(path.trim()).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        } else if line.contains("Received Store Response (Success)") {
            acknowledged.extend(sending.take());
        }
    }
    acknowledged
}
