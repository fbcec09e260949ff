"""What the heads are drawn from: the template's tissue maps, the arterial atlas, real outlines; cached in one file.

All arrays run to right, anterior and superior (RAS), in MNI millimetres.
"""
import hashlib
import pathlib
from dataclasses import dataclass
from typing import Dict, List, Tuple

import nibabel
import numpy as np
from scipy import ndimage

TEMPLATE_MM, TEMPLATE_FIRST = 2.0, (-90.0, -126.0, -72.0)  # voxel size and centre of voxel 0
ATLAS_MM, ATLAS_FIRST = 1.0, (-78.0, -112.0, -50.0)
# The atlas's own grouping into large territories: the third field of each line of ArterialAtlas136.txt
LARGE = {1: ("ACA", 5), 2: ("ACA", 1), 3: ("MCA", 6), 4: ("MCA", 2), 5: ("PCA", 7), 6: ("PCA", 3)}
LARGE.update({7: ("vertebrobasilar", 8), 8: ("vertebrobasilar", 4)})
TERRITORIES = 9  # 0 none; 1..4 patient's right, 5..8 patient's left: ACA, MCA, PCA, vertebrobasilar
LEAST_VOXELS = 30  # mm3: smaller outlines are no usable example
SPLIT = (("train", 80), ("validation", 90), ("test", 100))  # percent of subjects, by hash of the subject's name


@dataclass
class Anatomy:
    grey: np.ndarray  # float32 [91,109,91], probability
    white: np.ndarray
    fluid: np.ndarray
    depth: np.ndarray  # float32, mm from the brain's surface, negative outside
    head: np.ndarray  # float32, mm from the skin, negative outside
    territory: np.ndarray  # uint8 [157,189,136], 0..8
    lesions: Dict[str, List[np.ndarray]]  # split -> voxel lists int16 [n,3] of the atlas's grid


def ras(path: pathlib.Path) -> np.ndarray:
    return np.asarray(nibabel.as_closest_canonical(nibabel.load(path)).get_fdata(), np.float32)


def signed_depth(mask: np.ndarray) -> np.ndarray:
    """mm inside (positive) or outside (negative) of a mask on the template's grid."""
    inside, outside = (ndimage.distance_transform_edt(m) * TEMPLATE_MM for m in (mask, ~mask))
    return (inside - outside).astype(np.float32)


def largest(mask: np.ndarray) -> np.ndarray:
    pieces, _ = ndimage.label(mask)
    return pieces == 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))


def large_territories(folder: pathlib.Path) -> np.ndarray:
    """Region number -> 0..8."""
    table = np.zeros(256, np.uint8)
    for line in (folder / "ArterialAtlas136.txt").read_text().splitlines():
        fields = line.strip().split("|")
        if len(fields) == 4:
            table[int(fields[0])] = LARGE.get(int(fields[3]), ("", 0))[1]
    return table


def split_of(subject: str) -> str:
    """By subject's name alone, so that it never depends on what else is there."""
    percent = int(hashlib.sha256(subject.encode()).hexdigest(), 16) % 100
    return next(name for name, below in SPLIT if percent < below)


def read_lesions(folder: pathlib.Path) -> Dict[str, List[np.ndarray]]:
    lesions: Dict[str, List[np.ndarray]] = {name: [] for name, _ in SPLIT}
    for path in sorted(folder.glob("bwsrsub-*_lesion.nii.gz")):
        voxels = np.argwhere(ras(path) > 0.5).astype(np.int16)
        if len(voxels) >= LEAST_VOXELS:
            lesions[split_of(path.name.split("_")[0])].append(voxels)
    return lesions


def build(data: pathlib.Path) -> Anatomy:
    template, folder = data / "ct-template", data / "soop-lesions" / "NIfTI"
    grey, white, fluid = (ras(template / f"{name}.nii") for name in ("scgrey", "scwhite", "sccsf"))
    brain = ndimage.binary_fill_holes(largest(ndimage.binary_opening(grey + white + fluid > 0.5)))
    solid = largest(ndimage.binary_closing(ras(template / "scct.nii") > 800.0, iterations=3) | brain)
    head = ndimage.binary_fill_holes(solid)
    territory = large_territories(folder)[ras(folder / "ArterialAtlas136.nii.gz").astype(np.int64)]
    return Anatomy(grey, white, fluid, signed_depth(brain), signed_depth(head), territory, read_lesions(folder))


def load(data: pathlib.Path, cache: pathlib.Path) -> Anatomy:
    """The cached arrays, built on first use (about a minute)."""
    if not cache.exists():
        made = build(data)
        arrays = {k: v for k, v in vars(made).items() if k != "lesions"}
        for name, lesions in made.lesions.items():
            arrays[f"{name}_voxels"] = np.concatenate(lesions)
            arrays[f"{name}_ends"] = np.cumsum([len(v) for v in lesions])
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(cache, **arrays)
    with np.load(cache) as arrays:
        lesions = {n: np.split(arrays[f"{n}_voxels"], arrays[f"{n}_ends"][:-1]) for n, _ in SPLIT}
        names = [name for name in Anatomy.__dataclass_fields__ if name != "lesions"]
        return Anatomy(**{name: arrays[name] for name in names}, lesions=lesions)


def outline(voxels: np.ndarray, shape: Tuple[int, ...]) -> np.ndarray:
    """A voxel list as float32 0 or 1 on the atlas's grid."""
    mask = np.zeros(shape, np.float32)
    mask[tuple(voxels.T)] = 1.0
    return mask
