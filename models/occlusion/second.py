"""Read the DICOM studies of another renderer: DIR/<study>/**/*.dcm with DIR/<study>/truth.json."""
import json
import pathlib
from dataclasses import dataclass
from typing import Dict, List, Tuple

import numpy as np
import pydicom

import preprocess
from occlude import SEGMENTS

SIDES = {"right": 0, "left": 1}


@dataclass
class Study:
    name: str
    slabs: np.ndarray  # [19, 128, 160] HU
    segment: int
    side: int
    filling: float


def picture(file: pydicom.Dataset) -> Tuple[np.ndarray, float]:
    """1 mm int16 HU of one slice, columns to the patient's left and rows to posterior; its position upwards."""
    axes = np.array(file.ImageOrientationPatient, float).reshape(2, 3)
    normal = np.cross(*axes)
    if abs(axes[0, 0]) < 0.85 or abs(axes[1, 1]) < 0.85 or abs(normal[2]) < 0.85:
        raise preprocess.NotAnalysable("not axial")
    stored = file.pixel_array.astype(np.float64)
    if axes[0, 0] < 0:
        stored = stored[:, ::-1]
    if axes[1, 1] < 0:
        stored = stored[::-1]
    spacing = [float(v) for v in file.PixelSpacing]
    rows, columns = (preprocess.overlap_matrix(n, s) for n, s in zip(stored.shape, spacing))
    slope, intercept = float(file.get("RescaleSlope", 1)), float(file.get("RescaleIntercept", 0))
    up = normal * np.sign(normal[2])
    position = float(np.array(file.ImagePositionPatient, float) @ up)
    return preprocess.resample(stored, slope, intercept, rows, columns), position


def read_study(folder: pathlib.Path) -> np.ndarray:
    files = [pydicom.dcmread(path) for path in sorted(folder.rglob("*.dcm"))]
    files = [f for f in files if "ImagePositionPatient" in f and "PixelData" in f]
    shapes = {(f.Rows, f.Columns, *map(float, f.PixelSpacing)) for f in files}
    if len(shapes) != 1:
        raise preprocess.NotAnalysable("mixed geometry")
    pictures, positions = zip(*map(picture, files))
    return preprocess.network_input(preprocess.block_of(list(pictures), np.array(positions)).volume)


def read(folder: pathlib.Path) -> Tuple[List[Study], Dict[str, str]]:
    """Studies, and those that could not be judged with the reason."""
    studies, refused = [], {}
    for truth in sorted(folder.rglob("truth.json")):
        name = str(truth.parent.relative_to(folder))
        occlusion = json.loads(truth.read_text())["occlusion"]
        try:
            slabs = read_study(truth.parent)
        except preprocess.NotAnalysable as reason:
            refused[name] = str(reason)
            continue
        segment = SEGMENTS.index(occlusion["segment"]) if occlusion else -1
        side = SIDES[occlusion["side"]] if occlusion else -1
        filling = occlusion.get("filling") if occlusion else None
        studies.append(Study(name, slabs, segment, side, np.nan if filling is None else float(filling)))
    return studies, refused
