"""usage: segmentation.py SEG STUDY WORD: the segmentation as highdicom reads it, against the outlines of the word."""
import json
import pathlib
import sys

import highdicom as hd
import numpy as np
import pydicom

seg_path, study, word_path = sys.argv[1:]
word = json.loads(pathlib.Path(word_path).read_text())
seg = hd.seg.segread(seg_path)
sources = {d.SOPInstanceUID: d for d in map(pydicom.dcmread, pathlib.Path(study).glob("*.dcm"))}


def inside(contours, rows, columns):
    """Even-odd: how many sides does the way from each pixel's centre to the left cross?"""
    y, x = np.mgrid[0:rows, 0:columns].astype(float)
    crossings = np.zeros((rows, columns), int)
    for contour in contours:
        points = np.asarray(contour, np.float32).astype(float)
        for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0)):
            spans = (y0 <= y) != (y1 <= y)
            if spans.any():
                crossings += spans & (x0 + (y - y0) / (y1 - y0) * (x1 - x0) <= x)
    return crossings % 2 == 1


uids = [slice["sop_instance_uid"] for slice in word["slices"]]
assert seg.number_of_segments == 1 and seg.segmentation_type.value == "BINARY"
stacked = seg.get_pixels_by_source_instance(
    source_sop_instance_uids=uids, assert_missing_frames_are_empty=True, combine_segments=False
)[..., 0]
for uid, slice, found in zip(uids, word["slices"], stacked):
    source = sources[uid]
    expected = inside(slice["contours"], source.Rows, source.Columns)
    assert found.shape == expected.shape
    assert (found.astype(bool) == expected).all(), (uid, (found != expected).sum())
assert stacked.sum() > 0
marked = [uid for uid, found in zip(uids, stacked) if found.any()]
assert seg.NumberOfFrames == len(marked), "no empty frame"

first = sources[marked[0]]
for keyword in ("PatientName", "PatientID", "PatientBirthDate", "StudyInstanceUID", "StudyDate", "AccessionNumber"):
    assert seg.get(keyword) == first.get(keyword), keyword
if "FrameOfReferenceUID" in first:
    assert seg.FrameOfReferenceUID == first.FrameOfReferenceUID
for number, uid in enumerate(marked):
    frame = seg.PerFrameFunctionalGroupsSequence[number]
    assert frame.PlanePositionSequence[0].ImagePositionPatient == sources[uid].ImagePositionPatient
shared = seg.SharedFunctionalGroupsSequence[0]
assert shared.PixelMeasuresSequence[0].PixelSpacing == first.PixelSpacing
assert shared.PlaneOrientationSequence[0].ImageOrientationPatient == first.ImageOrientationPatient

segment = seg.get_segment_description(1)
assert segment.algorithm_type.value == "AUTOMATIC"
algorithm = segment.algorithm_identification
assert (algorithm.name, algorithm.version) == (word["model"]["name"], word["model"]["version"])
assert seg.get_tracking_ids()
