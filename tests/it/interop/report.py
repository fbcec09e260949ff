"""usage: report.py SR SEG|none WORD: the report as highdicom reads it, against the word and the segmentation."""
import json
import pathlib
import sys

import highdicom as hd
import pydicom
from pydicom.sr.codedict import codes

report_path, seg_path, word_path = sys.argv[1:]
word = json.loads(pathlib.Path(word_path).read_text())
report = hd.sr.srread(report_path)
assert isinstance(report, hd.sr.Comprehensive3DSR)
outcome = word["outcome"]

if seg_path == "none":
    groups = report.content.get_image_measurement_groups()
else:
    groups = report.content.get_volumetric_roi_measurement_groups()
assert len(groups) == 1
group = groups[0]
assert group.finding_type.meaning == {"hemorrhage": "Intracranial hemorrhage"}[word["task"]]
site = group.finding_sites[0]
assert site.value.meaning == "Brain"
location = word.get("location")
if location:
    assert site.laterality.meaning == {"left": "Left"}[location["side"]]
    assert site.topographical_modifier.meaning == "Middle cerebral artery"

algorithm = {item.name.meaning: item for item in group[0].ContentSequence if item.name.value.startswith("1110")}
assert algorithm["Algorithm Name"].value == word["model"]["name"]
assert algorithm["Algorithm Version"].value == word["model"]["version"]

flag = [e.value.value for e in group.get_qualitative_evaluations() if e.name.value == "FLAG"]
if outcome["status"] == "analysed":
    assert flag == ["FLAGGED" if outcome["flag"] else "UNFLAGGED"]
    certainty, = group.get_measurements(codes.DCM.CertaintyOfFinding)
    assert abs(certainty.value - 100 * outcome["probability"]) < 0.006 and certainty.unit.value == "%"
    key, = certainty.referenced_images
    assert key.referenced_sop_instance_uid == word["key_instance"]["sop_instance_uid"]
    volumes = {m.method.value: m for m in group.get_measurements(hd.sr.CodedConcept("118565006", "SCT", "Volume"))}
    assert abs(volumes["PIXELS"].value - outcome["volume_ml"]) < 0.006
    assert abs(volumes["ABC2"].value - word["abc2_ml"]) < 0.006
    assert all(m.unit.value == "mL" for m in volumes.values())
    evidence = {
        instance.ReferencedSOPInstanceUID
        for study in report.CurrentRequestedProcedureEvidenceSequence
        for series in study.ReferencedSeriesSequence
        for instance in series.ReferencedSOPSequence
    }
    assert word["key_instance"]["sop_instance_uid"] in evidence
else:
    assert flag == ["NOTANALYSED"] and not group.get_measurements()

if seg_path != "none":
    seg = pydicom.dcmread(seg_path)
    assert group.referenced_segment.referenced_sop_instance_uid == seg.SOPInstanceUID
    assert group.referenced_segment.referenced_segment_numbers == [1]
    assert seg.SOPInstanceUID in evidence
    assert group.tracking_uid == seg.SegmentSequence[0].TrackingUID
    assert group.tracking_identifier == seg.SegmentSequence[0].TrackingID

assert (report.CompletionFlag, report.VerificationFlag) == ("COMPLETE", "UNVERIFIED")
assert report.ContentQualification == "RESEARCH"
