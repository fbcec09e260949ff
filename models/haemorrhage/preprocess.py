"""Reference preprocessing of one CT slice: Hounsfield units -> 1.4 mm grid -> head-centred 160 x 160 crop.

The server repeats these steps; `reference/` holds vectors on which both must agree to 1e-3 HU.
"""
import math
from typing import Tuple

import numpy as np
from scipy import ndimage

SPACING_MM = 1.4
SIZE = 160
OUTSIDE_HU = -1000.0
MAXIMUM_HU = 3000.0
HEAD_ABOVE_HU = -200.0


def hounsfield(stored: np.ndarray, slope: float, intercept: float) -> np.ndarray:
    """Stored pixel values -> clamped HU, float64."""
    return np.clip(stored.astype(np.float64) * slope + intercept, OUTSIDE_HU, MAXIMUM_HU)


def overlap_matrix(pixels: int, spacing: float, target: float = SPACING_MM) -> np.ndarray:
    """Share of each target pixel covered by each source pixel, both counted from the picture's outer edge."""
    length = max(1, math.ceil(pixels * spacing / target - 1e-6))
    low, source = np.arange(length)[:, None] * target, np.arange(pixels)[None, :] * spacing
    overlap = np.minimum(low + target, source + spacing) - np.maximum(low, source)
    return np.maximum(overlap, 0.0) / target


def area_resample(image: np.ndarray, spacing: Tuple[float, float], outside: float = OUTSIDE_HU) -> np.ndarray:
    """Area-weighted resampling of the whole picture; what lies beyond it counts as `outside`."""
    rows, cols = (overlap_matrix(n, s) for n, s in zip(image.shape, spacing))
    return (rows @ (image.astype(np.float64) - outside) @ cols.T + outside).astype(np.float32)


def crop_origin(image: np.ndarray) -> Tuple[int, int]:
    """First row and column of the crop: centred on the largest 4-connected piece that isn't air."""
    pieces, count = ndimage.label(image > HEAD_ABOVE_HU)
    if count == 0:
        centre = [n / 2.0 for n in image.shape]
    else:
        # argmax takes the first of equals, and labels are numbered in raster order
        head = pieces == 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))
        centre = [float(np.mean(index)) + 0.5 for index in np.nonzero(head)]
    return tuple(math.floor(c + 0.5) - SIZE // 2 for c in centre)


def crop(image: np.ndarray, origin: Tuple[int, int], outside: float = OUTSIDE_HU, size: int = SIZE) -> np.ndarray:
    """The `size` x `size` window at `origin`, filled with `outside` beyond the image."""
    out = np.full((size, size), outside, dtype=image.dtype)
    (r0, c0), (rows, cols) = origin, image.shape
    top, bottom, left, right = max(r0, 0), min(r0 + size, rows), max(c0, 0), min(c0 + size, cols)
    if top < bottom and left < right:
        out[top - r0 : bottom - r0, left - c0 : right - c0] = image[top:bottom, left:right]
    return out


def neighbour(positions: np.ndarray, index: int, direction: int, offset: float = 5.0, max_gap: float = 8.0) -> int:
    """Index of the slice nearest to `offset` mm above (+1) or below (-1); the slice itself at ends and gaps."""
    side = np.nonzero((positions - positions[index]) * direction > 0)[0]
    if side.size == 0:
        return index
    gaps = np.abs(positions[side] - positions[index])
    best = int(np.argmin(np.abs(gaps - offset)))
    return int(side[best]) if gaps[best] <= max_gap else index


def stack(images: np.ndarray, positions: np.ndarray, index: int) -> np.ndarray:
    """Network input of one slice: below, this, above, all cut at this slice's origin."""
    origin = crop_origin(images[index])
    chosen = (neighbour(positions, index, -1), index, neighbour(positions, index, +1))
    return np.stack([crop(images[i], origin) for i in chosen])
