"""usage: frames.py SR SEG WORD: report and segmentation of one enhanced instance, frame by frame."""
import json
import pathlib
import sys

import highdicom as hd
from pydicom.sr.codedict import codes

report_path, seg_path, word_path = sys.argv[1:]
word = json.loads(pathlib.Path(word_path).read_text())
seg = hd.seg.segread(seg_path)
uid = word["slices"][0]["sop_instance_uid"]
marked = [slice["frame"] for slice in word["slices"] if slice["contours"]]
frames = [slice["frame"] for slice in word["slices"]]
pixels = seg.get_pixels_by_source_frame(uid, frames, assert_missing_frames_are_empty=True)[..., 0]
assert [number for number, found in zip(frames, pixels) if found.any()] == marked
assert len(seg.ReferencedSeriesSequence[0].ReferencedInstanceSequence) == 1

group, = hd.sr.srread(report_path).content.get_volumetric_roi_measurement_groups()
certainty, = group.get_measurements(codes.DCM.CertaintyOfFinding)
key, = certainty.referenced_images
assert key.referenced_sop_instance_uid == uid and key.referenced_frame_numbers == [word["key_instance"]["frame"]]
