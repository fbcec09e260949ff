//! `dicomweb-client`, the reference client in Python: stores, searches and retrieves.

use super::support::Web;
use crate::dimse::support::{demo_study, python};

const SCRIPT: &str = r#"
import sys
from pathlib import Path
import numpy as np
import requests
from pydicom import dcmread
from dicomweb_client.api import DICOMwebClient
base, token, folder = sys.argv[1:4]
session = requests.Session()
session.headers["Authorization"] = f"Bearer {token}"
client = DICOMwebClient(url=base, session=session)
datasets = [dcmread(path) for path in sorted(Path(folder).glob("*.dcm"))[:5]]
answer = client.store_instances(datasets)
assert len(answer.ReferencedSOPSequence) == 5, answer
study, series = datasets[0].StudyInstanceUID, datasets[0].SeriesInstanceUID
studies = client.search_for_studies(search_filters={"PatientID": datasets[0].PatientID}, fields=["StudyDescription"])
assert [s["0020000D"]["Value"][0] for s in studies] == [study], studies
assert len(client.search_for_series(study)) == 1
assert len(client.search_for_instances(study, series)) == 5
assert len(client.search_for_instances(study, series, limit=2, offset=1)) == 2
metadata = client.retrieve_series_metadata(study, series)
assert len(metadata) == 5
back = client.retrieve_series(study, series)
assert sorted(d.SOPInstanceUID for d in back) == sorted(d.SOPInstanceUID for d in datasets)
by_uid = {d.SOPInstanceUID: d for d in datasets}
for d in back:
    assert d.PixelData == by_uid[d.SOPInstanceUID].PixelData
    assert d.file_meta.TransferSyntaxUID == by_uid[d.SOPInstanceUID].file_meta.TransferSyntaxUID
uid = datasets[0].SOPInstanceUID
one = client.retrieve_instance(study, series, uid)
assert one.PixelData == datasets[0].PixelData
frames = client.retrieve_instance_frames(study, series, uid, frame_numbers=[1], media_types=("application/octet-stream",))
assert len(frames) == 1 and len(frames[0]) == datasets[0].Rows * datasets[0].Columns * 2, len(frames[0])
stored = client.retrieve_instance_frames(study, series, uid, frame_numbers=[1], media_types=(("image/jls", "1.2.840.10008.1.2.4.80"),))
assert stored[0][:2] == b"\xff\xd8"
png = client.retrieve_instance_rendered(study, series, uid, media_types=("image/png",))
assert png[:4] == b"\x89PNG"
# The client sends a Host header without the port, so the server cannot know it.
address = base + metadata[0]["7FE00010"]["BulkDataURI"].split("/dicomweb", 1)[1]
bulk = client.retrieve_bulkdata(address)
assert len(bulk[0]) == datasets[0].Rows * datasets[0].Columns * 2
"#;

#[tokio::test(flavor = "multi_thread")]
async fn dicomweb_client_stores_searches_and_retrieves() {
    let web = Web::start().await;
    let token = web.technologist().await;
    let folder = demo_study("saignement").display().to_string();
    python(SCRIPT, &[web.base.clone(), token, folder]).await;
}
