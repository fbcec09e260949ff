"""A whole patient cut anew: other slice distance and thickness, other height, tilted about the left-right axis."""
from dataclasses import dataclass
from typing import Tuple

import numpy as np

from preprocess import OUTSIDE_HU, SPACING_MM

SLAB_BELOW_MM, SLAB_MM = 3.0, 5.0  # series thinner than this are averaged to slabs, as the manifest says


@dataclass(frozen=True)
class Cut:
    """How the new slices lie."""

    spacing: float = 5.0  # mm between slices; each is as thick
    tilt: float = 0.0  # degrees about the left-right axis
    offset: float = 0.0  # mm upward of the first slice


def sampled(volume: np.ndarray, z: np.ndarray, at: np.ndarray, row: np.ndarray, outside: float) -> np.ndarray:
    """[n, rows, cols] at heights `at` [n, rows] and fractional rows `row` [n, rows]; linear, `outside` beyond."""
    count, rows = volume.shape[:2]
    place = np.interp(at, z, np.arange(count))
    low, near = np.clip(np.floor(place).astype(int), 0, count - 1), np.clip(np.floor(row).astype(int), 0, rows - 1)
    high, far = np.minimum(low + 1, count - 1), np.minimum(near + 1, rows - 1)
    upward, onward = (place - low)[..., None].astype(np.float32), np.clip(row - near, 0, 1)[..., None].astype(
        np.float32
    )
    lower = volume[low, near] * (1 - onward) + volume[low, far] * onward
    if upward.any():
        upper = volume[high, near] * (1 - onward) + volume[high, far] * onward
        lower = lower * (1 - upward) + upper * upward
    margin = 2.5
    lost = (at < z[0] - margin) | (at > z[-1] + margin) | (row < -0.5) | (row > rows - 0.5)
    lower[lost] = outside
    return lower


def recut(volume: np.ndarray, z: np.ndarray, cut: Cut, outside: float = OUTSIDE_HU) -> Tuple[np.ndarray, np.ndarray]:
    """float32 [m, rows, cols] and heights [m] along the new normal."""
    volume = volume.astype(np.float32)
    new = np.arange(z[0] + cut.offset, z[-1] + 1e-6, cut.spacing)
    angle = np.radians(cut.tilt)
    y = (np.arange(volume.shape[1]) - (volume.shape[1] - 1) / 2) * SPACING_MM
    middle = (z[0] + z[-1]) / 2
    # slices thicker than the source are means of several cuts
    parts = max(1, int(round(cut.spacing / 2.5))) if cut.spacing > 5.5 else 1
    total = 0.0
    for part in (np.arange(parts) - (parts - 1) / 2) * cut.spacing / parts:
        up = (new + part - middle)[:, None]
        at = middle + up * np.cos(angle) + y[None, :] * np.sin(angle)
        row = (y[None, :] * np.cos(angle) - up * np.sin(angle)) / SPACING_MM + (volume.shape[1] - 1) / 2
        total = total + sampled(volume, z, at, row, outside)
    return total / parts, new


def slabs(images: np.ndarray, z: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Series of thin slices averaged to about 5 mm: the manifest's step, over equally spaced slices."""
    spacing = float(np.median(np.diff(z)))
    if spacing >= SLAB_BELOW_MM:
        return images, z
    run = max(1, int(np.floor(SLAB_MM / spacing + 0.3)))
    starts = range(0, len(z), run)
    return np.stack([images[s : s + run].mean(0) for s in starts]), np.array([z[s : s + run].mean() for s in starts])
