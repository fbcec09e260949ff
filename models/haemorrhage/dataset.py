"""CT-ICH (Hssayeni et al. 2020) as arrays on the model's grid, cached in one file."""
import argparse
import csv
import pathlib
from dataclasses import dataclass
from typing import Dict, List, Tuple

import numpy as np
from PIL import Image
from scipy import ndimage

import preprocess

PICTURE_MM = 650 * 0.35  # the spacing isn't published with the pictures: an estimate from adult skull length
DICOM_PIXELS = 512
SLICE_MM = 5.0
BLOOD_CLASSES = (0, 1, 3)  # teacher: intraparenchymal, extra-axial, intraventricular; 2 is oedema
BONE_HU = 180.0


@dataclass
class Slices:
    """All slices of all patients, one row each, ordered by patient then position."""

    hu: np.ndarray  # int16 [n, rows, cols], whole picture at 1.4 mm
    teacher: np.ndarray  # uint8 [n, rows, cols], blood, 255 is certainty
    depth: np.ndarray  # uint8 [n, rows, cols], mm from the inner skull, 0 outside the brain
    origin: np.ndarray  # int16 [n, 2]
    below: np.ndarray  # row of the neighbour
    above: np.ndarray
    patient: np.ndarray
    number: np.ndarray
    bleeds: np.ndarray  # bool, the radiologists' label
    subtypes: np.ndarray  # bool [n, 5]


def picture(data: pathlib.Path, window: str, patient: int, number: int) -> np.ndarray:
    path = data / window / f"{patient:03d}" / f"{number:02d}.jpg"
    image = Image.open(path).convert("L").resize((DICOM_PIXELS, DICOM_PIXELS), Image.BILINEAR)
    return np.asarray(image, dtype=np.float32)


def rebuilt_hu(data: pathlib.Path, patient: int, number: int) -> np.ndarray:
    """HU from the brain window (-20..100), and from the bone window where that saturates."""
    brain, bone = (picture(data, w, patient, number) for w in ("brain", "bone"))
    soft, wide = brain / 255 * 120 - 20, bone / 255 * 3200 - 900
    hu = np.where(brain <= 4, np.minimum(wide, -20), np.where(brain >= 251, np.maximum(wide, 100), soft))
    return np.clip(np.rint(hu), preprocess.OUTSIDE_HU, preprocess.MAXIMUM_HU)


def brain_depth(hu: np.ndarray) -> np.ndarray:
    """Distance in mm from the inner skull within a closed skull ring; 0 where no ring closes."""
    bone = ndimage.binary_closing(np.pad(hu > BONE_HU, 4), iterations=3)[4:-4, 4:-4] | (hu > BONE_HU)
    inside = ndimage.binary_opening(ndimage.binary_fill_holes(bone) & ~bone, iterations=2)
    pieces, count = ndimage.label(inside)
    if count == 0:
        return np.zeros(hu.shape, np.uint8)
    inside = pieces == 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))
    if inside.sum() * preprocess.SPACING_MM**2 < 3000:
        return np.zeros(hu.shape, np.uint8)
    return np.clip(np.ceil(ndimage.distance_transform_edt(inside) * preprocess.SPACING_MM), 0, 255).astype(np.uint8)


def read_labels(data: pathlib.Path) -> Dict[int, List[Tuple[int, bool, List[bool]]]]:
    patients: Dict[int, List[Tuple[int, bool, List[bool]]]] = {}
    with open(data / "labels.csv") as lines:
        for row in csv.reader(list(lines)[1:]):
            values = [int(v) for v in row]
            patients.setdefault(values[0], []).append((values[1], values[7] == 0, [bool(v) for v in values[2:7]]))
    return patients


def build(data: pathlib.Path) -> Slices:
    rows: Dict[str, list] = {name: [] for name in Slices.__dataclass_fields__}
    spacing = (PICTURE_MM / DICOM_PIXELS,) * 2
    for patient, labels in sorted(read_labels(data).items()):
        soft = np.load(data / "teacher" / f"{patient:03d}.npz")
        index = {int(n): i for i, n in enumerate(soft["slices"])}
        blood = soft["prob"][list(BLOOD_CLASSES)].astype(np.int64).sum(0).clip(0, 255)
        kept = [entry for entry in sorted(labels) if entry[0] in index]
        positions, first = np.array([SLICE_MM * n for n, _, _ in kept]), len(rows["number"])
        for i, (number, bleeds, subtypes) in enumerate(kept):
            image = preprocess.area_resample(rebuilt_hu(data, patient, number), spacing)
            teacher = preprocess.area_resample(blood[index[number]], (PICTURE_MM / blood.shape[1],) * 2, 0.0)
            values = (
                np.rint(image).astype(np.int16),
                np.rint(teacher).astype(np.uint8),
                brain_depth(image),
                preprocess.crop_origin(image),
                first + preprocess.neighbour(positions, i, -1),
                first + preprocess.neighbour(positions, i, +1),
                patient,
                number,
                bleeds,
                subtypes,
            )
            for name, value in zip(rows, values):
                rows[name].append(value)
    return Slices(**{name: np.array(values) for name, values in rows.items()})


def load(data: pathlib.Path, cache: pathlib.Path) -> Slices:
    """The cached arrays, built on first use (about a minute)."""
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, **vars(build(data)))
    with np.load(cache) as arrays:
        return Slices(**{name: arrays[name] for name in arrays.files})


def stacked(slices: Slices, row: int, extra: int = 0) -> np.ndarray:
    """float32 [3, size, size] HU of one slice with its neighbours, `extra` pixels more on each side."""
    origin, size = slices.origin[row] - extra, preprocess.SIZE + 2 * extra
    chosen = (slices.below[row], row, slices.above[row])
    return np.stack([preprocess.crop(slices.hu[i], origin, preprocess.OUTSIDE_HU, size) for i in chosen]).astype(
        np.float32
    )


def folds(slices: Slices, count: int, seed: int) -> Dict[int, int]:
    """Patient -> fold; bleeding and clean patients are dealt out apart."""
    random, chosen = np.random.default_rng(seed), {}
    patients = np.unique(slices.patient)
    for bleeds in (True, False):
        group = [p for p in patients if slices.bleeds[slices.patient == p].any() == bleeds]
        for place, patient in enumerate(random.permutation(group)):
            chosen[int(patient)] = (place if bleeds else count - 1 - place % count) % count
    return chosen


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Build the cache of CT-ICH on the model's grid.")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path("build/slices.npz"))
    options = parser.parse_args()
    loaded = load(options.data, options.cache)
    print(
        f"{len(loaded.number)} slices, {len(np.unique(loaded.patient))} patients, {int(loaded.bleeds.sum())} slices bleed"
    )
