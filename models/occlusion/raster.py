"""Draw tubes into a 1 mm volume: the exact cross-profile of a disc blurred by a Gaussian, largest value wins."""
from functools import lru_cache
from typing import Tuple

import numpy as np
import torch
from scipy import stats

RADII, DISTANCES = np.arange(0, 12.01, 0.1), np.arange(0, 17.01, 0.1)  # both in blur widths


@lru_cache(maxsize=1)
def profile_table() -> np.ndarray:
    """Share of a blurred disc of radius RADII seen at DISTANCES from its centre."""
    return stats.ncx2.cdf(RADII[:, None] ** 2, 2, DISTANCES[None, :] ** 2 + 1e-9)


@lru_cache(maxsize=16)
def ball(half: int) -> np.ndarray:
    """Voxel offsets of a ball, [k, 3]."""
    side = np.arange(-half, half + 1)
    offsets = np.stack(np.meshgrid(side, side, side, indexing="ij"), -1).reshape(-1, 3)
    return offsets[(offsets**2).sum(1) <= (half + 0.5) ** 2]


def draw(volume: np.ndarray, points: np.ndarray, radius: np.ndarray, value: np.ndarray, blur: float) -> None:
    """Into `volume` [z, y, x] float32: points [n, 3] in voxel edges (z, y, x), radius and blur in mm, value in HU."""
    table, shape = profile_table(), np.array(volume.shape)
    inside = ((points > -4) & (points < shape + 4)).all(1) & (value > 1)
    points, radius, value = points[inside], radius[inside], value[inside]
    half = np.clip(np.ceil(radius + 2 * blur - 0.3), 2, 9).astype(int)
    flat = torch.from_numpy(volume.reshape(-1))
    for size in np.unique(half):
        rows = np.nonzero(half == size)[0]
        offsets = ball(int(size))
        for part in np.array_split(rows, 1 + len(rows) * len(offsets) // 400_000):
            at = np.floor(points[part]).astype(int)[:, None] + offsets[None]
            distance = np.sqrt(((at + 0.5 - points[part][:, None]) ** 2).sum(2)) / blur
            column = np.minimum((distance * 10 + 0.5).astype(int), len(DISTANCES) - 1)
            row = np.minimum((radius[part] / blur * 10 + 0.5).astype(int), len(RADII) - 1)
            seen = (table[row[:, None], column] * value[part][:, None]).astype(np.float32)
            within = ((at >= 0) & (at < shape)).all(2) & (seen > 2)
            index = (at[..., 0] * shape[1] + at[..., 1]) * shape[2] + at[..., 2]
            flat.scatter_reduce_(0, torch.from_numpy(index[within]), torch.from_numpy(seen[within]), "amax")


def polyline(corners: np.ndarray, radii: Tuple[float, float], step: float = 0.5) -> Tuple[np.ndarray, np.ndarray]:
    """Points every `step` mm along the corners [k, 3], smoothed, with radii from one end to the other."""
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    way = np.linspace(0, length[-1], max(2, int(length[-1] / step)))
    points = np.stack([np.interp(way, length, corners[:, k]) for k in range(3)], 1)
    reach = max(1, int(4 / step))
    padded = (
        np.pad(points, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd") if len(points) > reach else points
    )
    if len(points) > reach:
        kernel = np.ones(2 * reach + 1) / (2 * reach + 1)
        points = np.stack([np.convolve(padded[:, k], kernel, "valid") for k in range(3)], 1)
    return points, np.interp(way, [0, length[-1]], radii)
