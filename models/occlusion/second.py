"""Read the studies of another renderer: DIR/<study>/**/*.dcm with DIR/<study>/truth.json, or DIR/*.npz of other.py."""
import json
import pathlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, List, Tuple

import numpy as np
import pydicom
from scipy import sparse

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


@lru_cache(maxsize=8)
def shares(pixels: int, spacing: float) -> sparse.csr_matrix:
    """overlap_matrix, nearly all of which is nought."""
    return sparse.csr_matrix(preprocess.overlap_matrix(pixels, spacing))


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
    rows, columns = (shares(n, s) for n, s in zip(stored.shape, spacing))
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


def truth(path: pathlib.Path) -> dict:
    """Segment, side and filling of a truth.json; -1 and NaN for none."""
    occlusion = json.loads(path.read_text())["occlusion"] or {}
    filling = occlusion.get("filling")
    return {
        "segment": SEGMENTS.index(occlusion["segment"]) if occlusion else -1,
        "side": SIDES[occlusion["side"]] if occlusion else -1,
        "filling": np.nan if filling is None else float(filling),
    }


def read(folder: pathlib.Path) -> Tuple[List[Study], Dict[str, str]]:
    """Studies, and those that could not be judged with the reason; from DICOM or from the inputs that other.py keeps."""
    studies, refused = [], {}
    for path in sorted([*folder.rglob("truth.json"), *folder.glob("*.npz")]):
        if path.suffix == ".npz":
            with np.load(path) as kept:
                name, closed = path.stem, {key: kept[key].item() for key in ("segment", "side", "filling")}
                slabs, reason = kept["slabs"].astype(np.float32), str(kept["refused"])
        else:
            name, closed, reason = str(path.parent.relative_to(folder)), truth(path), ""
            try:
                slabs = read_study(path.parent)
            except preprocess.NotAnalysable as why:
                reason = str(why)
        if reason:
            refused[name] = reason
        else:
            studies.append(Study(name=name, slabs=slabs, **closed))
    return studies, refused
