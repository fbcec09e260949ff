"""Reference preprocessing of a CT angiography: slices -> 1 mm depth bins -> block below the vertex -> bone out -> slab maxima.

The server repeats these steps; `reference/` holds a vector on which both must agree.
"""
import math
from dataclasses import dataclass
from typing import List, Sequence, Tuple

import numpy as np
from scipy import ndimage

OUTSIDE_HU, MAXIMUM_HU = -1000.0, 3000.0
SPACING_MM = 1.0
HEAD_ABOVE_HU = -200
VERTEX_MM2, VERTEX_BINS, MISSING_TOP_MM2 = 2000, 5, 6000
HEAD_MM2 = (11000, 45000)
FROM_MM, CENTRE_BINS = 45, 20
SHAPE = (80, 128, 160)
CENTRE = (68, 80)
BONE_ABOVE_HU, BONE_VOXELS, BONE_DILATE = 650, 300, 2
FLOOR_HU, CEILING_HU = -100, 900
SLAB, STRIDE = 8, 4
CONTRAST_ABOVE_HU, CONTRAST_VOXELS = 150, 500
CONTRAST_ROWS, CONTRAST_COLS = (28, 108), (40, 120)
LEAST_SLICES = 50
GAP_MM = (0.3, 2.5)


class NotAnalysable(Exception):
    """What cannot be judged, and why."""


@dataclass
class Block:
    volume: np.ndarray  # [80, 128, 160] int16 HU, top first
    top_mm: float  # position of the upper edge of bin 0
    vertex: int  # bin
    origin: Tuple[int, int]  # row, column of the crop in the 1 mm picture
    areas: np.ndarray  # [bins] mm2 of head


def overlap_matrix(pixels: int, spacing: float, target: float = SPACING_MM) -> np.ndarray:
    """Share of each target pixel covered by each source pixel, both counted from the picture's outer edge."""
    length = max(1, math.ceil(pixels * spacing / target - 1e-6))
    low, source = np.arange(length)[:, None] * target, np.arange(pixels)[None, :] * spacing
    overlap = np.minimum(low + target, source + spacing) - np.maximum(low, source)
    return np.maximum(overlap, 0.0) / target


def rounded(values: np.ndarray) -> np.ndarray:
    return np.floor(values + 0.5).astype(np.int16)


def resample(stored: np.ndarray, slope: float, intercept: float, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Stored pixels -> int16 HU on the 1 mm grid; `rows`, `columns` from overlap_matrix."""
    hu = np.clip(stored.astype(np.float64) * slope + intercept, OUTSIDE_HU, MAXIMUM_HU)
    return rounded(rows @ (hu - OUTSIDE_HU) @ columns.T + OUTSIDE_HU)


def slice_distance(positions: np.ndarray) -> float:
    """Lower median of the gaps; positions highest first."""
    gaps = np.sort(-np.diff(positions))
    gaps = gaps[gaps > 0.01]
    if gaps.size == 0:
        raise NotAnalysable("too few slices")
    return float(gaps[(gaps.size - 1) // 2])


def depth_bins(slices: Sequence[np.ndarray], positions: np.ndarray, distance: float) -> Tuple[np.ndarray, np.ndarray]:
    """Bins [n, rows, cols] int16 of 1 mm, top first, and whether each has anything in it."""
    depth = positions[0] + distance / 2 - positions
    low, high = depth - distance / 2, depth + distance / 2
    count = math.floor(high[-1] + 1e-6)
    bins, filled = np.full((count, *slices[0].shape), int(OUTSIDE_HU), np.int16), np.zeros(count, bool)
    for k in range(count):
        weight = np.maximum(0.0, np.minimum(high, k + 1) - np.maximum(low, k))
        total = weight.sum()
        if total >= 1e-6:
            chosen = np.nonzero(weight)[0]
            bins[k] = rounded(sum(weight[i] * slices[i].astype(np.float64) for i in chosen) / total)
            filled[k] = True
    return bins, filled


def head_mask(picture: np.ndarray) -> np.ndarray:
    """Largest 4-connected piece that isn't air."""
    pieces, count = ndimage.label(picture > HEAD_ABOVE_HU)
    if count == 0:
        return np.zeros(picture.shape, bool)
    return pieces == 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))


def find_vertex(areas: np.ndarray) -> int:
    large = areas >= VERTEX_MM2
    for k in range(len(areas) - VERTEX_BINS + 1):
        if large[k : k + VERTEX_BINS].all():
            return k
    raise NotAnalysable("no head found")


def crop(bins: np.ndarray, start: int, origin: Tuple[int, int]) -> np.ndarray:
    out = np.full(SHAPE, int(OUTSIDE_HU), np.int16)
    (r0, c0), (_, rows, cols), (_, height, width) = origin, bins.shape, SHAPE
    top, bottom, left, right = max(r0, 0), min(r0 + height, rows), max(c0, 0), min(c0 + width, cols)
    if top < bottom and left < right:
        taken = bins[start : start + SHAPE[0], top:bottom, left:right]
        out[:, top - r0 : bottom - r0, left - c0 : right - c0] = taken
    return out


def head_block(bins: np.ndarray, filled: np.ndarray, top_mm: float) -> Block:
    masks = [head_mask(b) for b in bins]
    areas = np.array([int(m.sum()) for m in masks])
    vertex = find_vertex(areas)
    if vertex == 0 and areas[0] > MISSING_TOP_MM2:
        raise NotAnalysable("top of the head missing")
    if vertex + FROM_MM + SHAPE[0] > len(bins):
        raise NotAnalysable("cover too short")
    if not filled[vertex : vertex + FROM_MM + SHAPE[0]].all():
        raise NotAnalysable("slices missing")
    start = vertex + FROM_MM
    mean = areas[start : start + CENTRE_BINS].mean()
    if not HEAD_MM2[0] <= mean <= HEAD_MM2[1]:
        raise NotAnalysable("no head found")
    _, rows, cols = np.nonzero(np.stack(masks[start : start + CENTRE_BINS]))
    centre = rows.mean() + 0.5, cols.mean() + 0.5
    origin = math.floor(centre[0] + 0.5) - CENTRE[0], math.floor(centre[1] + 0.5) - CENTRE[1]
    return Block(crop(bins, start, origin), top_mm, vertex, origin, areas)


def suppress_bone(volume: np.ndarray) -> np.ndarray:
    """Large dense pieces and what lies within two steps of them go to the floor; [b, rows, cols] int16."""
    pieces, _ = ndimage.label(volume > BONE_ABOVE_HU)
    large = np.bincount(pieces.ravel()) >= BONE_VOXELS
    large[0] = False
    bone = ndimage.binary_dilation(large[pieces], iterations=BONE_DILATE)
    return np.where(bone, np.int16(FLOOR_HU), volume)


def contrast_voxels(volume: np.ndarray) -> int:
    """Voxels as bright as contrast in the middle of a bone-free block."""
    middle = volume[:, CONTRAST_ROWS[0] : CONTRAST_ROWS[1], CONTRAST_COLS[0] : CONTRAST_COLS[1]]
    return int((middle > CONTRAST_ABOVE_HU).sum())


def slab_maxima(volume: np.ndarray) -> np.ndarray:
    """[slabs, rows, cols] float32: maxima of 8 bins every 4."""
    clamped = np.clip(volume, FLOOR_HU, CEILING_HU)
    starts = range(0, volume.shape[0] - SLAB + 1, STRIDE)
    return np.stack([clamped[s : s + SLAB].max(0) for s in starts]).astype(np.float32)


def block_of(slices: List[np.ndarray], positions: np.ndarray) -> Block:
    """1 mm slices (any order) and their positions in mm upwards -> the block."""
    if len(slices) < LEAST_SLICES:
        raise NotAnalysable("too few slices")
    order = np.argsort(-positions, kind="stable")
    positions, slices = positions[order], [slices[i] for i in order]
    distance = slice_distance(positions)
    if not GAP_MM[0] <= distance <= GAP_MM[1]:
        raise NotAnalysable("slice distance")
    bins, filled = depth_bins(slices, positions, distance)
    return head_block(bins, filled, float(positions[0] + distance / 2))


def network_input(volume: np.ndarray) -> np.ndarray:
    """Block -> [19, 128, 160] float32."""
    clean = suppress_bone(volume)
    if contrast_voxels(clean) < CONTRAST_VOXELS:
        raise NotAnalysable("no contrast in the arteries")
    return slab_maxima(clean)
