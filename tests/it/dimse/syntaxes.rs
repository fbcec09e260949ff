//! Every transfer syntax is stored as it came: pydicom's test files through our own sender, and through
//! pynetdicom's.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::raw;
use super::support::{Vigie, demo_study, options, pynetdicom, site_packages};
use vigie::imaging::gate::Limits;
use vigie::intake::scu::{self, Destination, SendOptions, Sendable, Sent};

fn destination(vigie: &Vigie) -> Destination {
    format!("VIGIE@127.0.0.1:{}", vigie.address.port()).parse().unwrap()
}

/// Transfer syntax, SOP instance and data set of a Part 10 file.
fn content(file: &Path) -> (String, String, Vec<u8>) {
    let bytes = std::fs::read(file).unwrap();
    let admitted = vigie::imaging::gate::admit_file(&bytes, Limits::default()).unwrap();
    let uid = admitted.admitted.header.sop_instance.to_string();
    (admitted.meta.transfer_syntax.to_string(), uid, bytes[admitted.meta.dataset_offset..].to_vec())
}

/// pydicom's own test files that are instances.
fn test_files() -> Vec<Sendable> {
    scu::scan(&site_packages().join("pydicom/data/test_files"), Limits::default()).unwrap().sendable
}

/// Syntaxes that no test file has, and that nobody here decodes: the frame is noise.
const OTHER_SYNTAXES: [&str; 5] = [
    "1.2.840.10008.1.2.4.81",
    "1.2.840.10008.1.2.4.102",
    "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.203",
    "1.2.826.0.1.3680043.9.9999.1",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_transfer_syntax_is_stored_bit_for_bit() {
    let vigie = Vigie::start(options()).await;
    let made = tempfile::tempdir().unwrap();
    for (i, syntax) in OTHER_SYNTAXES.iter().enumerate() {
        let uid = format!("1.2.826.0.5.{i}");
        let data_set = raw::compressed(&uid, "1.2.826.0.5", "1.2.826.0.5.100", &[7; 500]);
        std::fs::write(made.path().join(&uid), raw::file(syntax, &uid, &data_set)).unwrap();
    }
    let mut files = test_files();
    files.extend(scu::scan(made.path(), Limits::default()).unwrap().sendable);
    files.extend(scu::scan(&demo_study("saignement"), Limits::default()).unwrap().sendable);
    let sent: BTreeSet<_> = files.iter().map(|file| content(&file.path)).collect();
    let syntaxes: BTreeSet<_> = sent.iter().map(|(syntax, _, _)| syntax).collect();
    assert!(syntaxes.len() >= 15, "{syntaxes:?}");
    let options = SendOptions {
        calling: "VALMONT_CT".parse().unwrap(),
        parallel: 4.try_into().unwrap(),
        patience: Duration::from_secs(60),
    };
    let mut reports = scu::send(files, &destination(&vigie), &options);
    while let Some(report) = reports.recv().await {
        assert!(matches!(report, Sent::Stored { .. }), "{report:?}");
    }
    // Variants of one instance are kept apart as conflicts, so every one is there.
    let stored: BTreeSet<_> = vigie.files().iter().map(|file| content(file)).collect();
    assert_eq!(stored.len(), sent.len());
    assert!(stored == sent, "what is stored is what was sent");
    vigie.stop().await;
}

const PYNETDICOM: &str = r#"
import sys
from pydicom import dcmread
from pynetdicom import AE
port, paths = int(sys.argv[1]), sys.argv[2:]
for path in paths:
    ds = dcmread(path)
    ae = AE(ae_title="ROCHE_CT")
    ae.add_requested_context(ds.SOPClassUID, ds.file_meta.TransferSyntaxUID)
    assoc = ae.associate("127.0.0.1", port, ae_title="VIGIE")
    assert assoc.is_established, path
    status = assoc.send_c_store(ds)
    assert status.Status == 0, (path, status)
    assoc.release()
    assert assoc.is_released, path
"#;

#[tokio::test(flavor = "multi_thread")]
async fn pynetdicom_sends_uncompressed_and_compressed() {
    let vigie = Vigie::start(options()).await;
    let wanted = [
        "1.2.840.10008.1.2",
        "1.2.840.10008.1.2.1",
        "1.2.840.10008.1.2.4.70",
        "1.2.840.10008.1.2.4.90",
        "1.2.840.10008.1.2.5",
    ];
    let files = test_files();
    let paths: Vec<PathBuf> = wanted
        .iter()
        .filter_map(|syntax| files.iter().find(|file| file.transfer_syntax.as_str() == *syntax))
        .map(|file| file.path.clone())
        .collect();
    assert!(paths.len() >= 4, "{paths:?}");
    let mut arguments = vec![vigie.address.port().to_string()];
    arguments.extend(paths.iter().map(|path| path.display().to_string()));
    pynetdicom(PYNETDICOM, &arguments).await;
    assert_eq!(vigie.files().len(), paths.len());
    vigie.stop().await;
}
