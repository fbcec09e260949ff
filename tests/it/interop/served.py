"""usage: served.py URL TOKEN DIR: waits for a report, fetches it and what it refers to, and reads them together."""
import pathlib
import sys
import time

import highdicom as hd
import numpy as np
import requests
from dicomweb_client import DICOMwebClient

url, token, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
session = requests.Session()
session.headers["Authorization"] = f"Bearer {token}"
client = DICOMwebClient(f"{url}/dicomweb", session=session)


def find(modality):
    found = client.search_for_series(search_filters={"Modality": modality})
    return [(s["0020000D"]["Value"][0], s["0020000E"]["Value"][0]) for s in found]


deadline = time.monotonic() + 120
while not find("SR"):
    assert time.monotonic() < deadline, "no report is published"
    time.sleep(0.1)
(study, reports), = find("SR")
(_, segmentations), = find("SEG")
(_, images), = find("CT")
report, = client.retrieve_series(study, reports)
segmentation, = client.retrieve_series(study, segmentations)
sources = {image.SOPInstanceUID for image in client.retrieve_series(study, images)}
report.save_as(folder / "SR.dcm", enforce_file_format=True)
segmentation.save_as(folder / "SEG.dcm", enforce_file_format=True)

group, = hd.sr.srread(folder / "SR.dcm").content.get_volumetric_roi_measurement_groups()
assert group.referenced_segment.referenced_sop_instance_uid == segmentation.SOPInstanceUID
seg = hd.seg.segread(folder / "SEG.dcm")
named = {uid for _, _, uid in seg.get_source_image_uids()}
assert named == sources
pixels = seg.get_pixels_by_source_instance(sorted(sources), assert_missing_frames_are_empty=True)
assert np.count_nonzero(pixels)
