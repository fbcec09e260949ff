"""Where things lie in a head on the model's grid: intracranial mask, fluid, midline, vertex. For drawing, not for judging."""
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from dataset import SLICE_MM, Slices
from preprocess import SPACING_MM

LEAST_MM2 = 400.0  # a smaller piece of a slice is no brain
LOWEST_MM = 125.0  # below the vertex the search for brain stops
FLUID_BELOW, FLUID_RANGE = 4.0, 14.0  # HU under the surroundings where fluid begins, and until it is nothing else


@dataclass
class Head:
    """One patient, slices from the lowest; arrays [n, rows, cols] unless said."""

    hu: np.ndarray  # float32
    z: np.ndarray  # [n] mm upward
    inside: np.ndarray  # bool, within the skull
    depth: np.ndarray  # float32, mm from the inner skull in the slice
    fluid: np.ndarray  # float32, share of cerebrospinal fluid
    below_vertex: np.ndarray  # [n] mm
    middle: np.ndarray  # [n] column of the midline


def soft_pieces(hu: np.ndarray, soft: np.ndarray, near: np.ndarray) -> np.ndarray:
    """The pieces of `soft` under the brain of the slice above, large and dense enough to be brain and no eye."""
    pieces, count = ndimage.label(ndimage.binary_opening(soft & near, iterations=2))
    if count == 0:
        return np.zeros(soft.shape, bool)
    sizes = np.bincount(pieces.ravel())
    kept = (sizes * SPACING_MM**2 >= LEAST_MM2) & (np.bincount(pieces.ravel(), hu.ravel()) / sizes > 20)
    kept[0] = False
    return kept[pieces]


def skull_content(hu: np.ndarray, depth: np.ndarray, z: np.ndarray) -> np.ndarray:
    """The closed skull rings, followed down from the vertex into the posterior fossa, where no ring closes."""
    soft = (hu > -15) & (hu < 90)
    inside = (depth > 0) & soft
    counted = np.nonzero(inside.reshape(len(z), -1).sum(1) * SPACING_MM**2 >= LEAST_MM2)[0]
    if counted.size == 0:
        return inside
    top = counted[-1]
    inside[top + 1 :] = False
    for k in range(top - 1, -1, -1):
        if z[top] - z[k] > LOWEST_MM:
            inside[k] = False
        elif inside[k].sum() < 0.7 * inside[k + 1].sum():
            inside[k] = soft_pieces(hu[k], soft[k], ndimage.binary_dilation(inside[k + 1], iterations=2))
    return inside


def fluid_share(hu: np.ndarray, inside: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """0..1 by how far the smoothed HU lie under the brain around them."""
    smooth = ndimage.gaussian_filter(hu, (0, 0.6, 0.6))
    weight = ndimage.gaussian_filter(inside.astype(np.float32), (0, 8, 8))
    around = ndimage.gaussian_filter(np.clip(hu, 20, 45) * inside, (0, 8, 8)) / np.maximum(weight, 1e-3)
    share = np.clip((np.minimum(around, 33.0) - FLUID_BELOW - smooth) / FLUID_RANGE, 0, 1)
    return (np.where(share > 0.15, share, 0) * (inside & (depth > 0.5) & (smooth > -12))).astype(np.float32)


def head_of(slices: Slices, patient: int) -> Head:
    rows = np.nonzero(slices.patient == patient)[0]
    hu, z = slices.hu[rows].astype(np.float32), slices.number[rows] * SLICE_MM
    inside = skull_content(hu, slices.depth[rows], z)
    depth = np.stack([ndimage.distance_transform_edt(s) if s.any() else np.zeros(s.shape) for s in inside])
    depth = (depth * SPACING_MM).astype(np.float32)
    areas = inside.reshape(len(z), -1).sum(1)
    present = np.nonzero(areas)[0]
    columns = np.arange(hu.shape[2])
    middle = np.full(len(z), hu.shape[2] / 2.0)
    for k in present:
        middle[k] = (inside[k].sum(0) * columns).sum() / areas[k]
    vertex = z[present[-1]] if present.size else z[-1]
    return Head(hu, z, inside, depth, fluid_share(hu, inside, depth), vertex - z, middle)
