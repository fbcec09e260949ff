"""The whole way once: test phantoms drawn as complete heads, cut into a scanner's slices, through preprocess.py to the network."""
import pathlib
import warnings
from typing import Callable, List, Tuple

import numpy as np

import preprocess
from phantom import Maker

SPACING_MM, SEED = 0.8, 5
DISTANCES_MM = (0.8, 1.0, 1.5, 2.0)
HEIGHT, ROWS, COLUMNS = 190, 256, 232


def slices_of(volume: np.ndarray, distance: float) -> Tuple[List[np.ndarray], np.ndarray]:
    """1 mm volume, top first -> slices of 0.8 mm pixels and their positions, bottom first, in stored units of HU + 1024."""
    depth = np.arange(distance / 2, volume.shape[0] - distance / 2, distance)
    rows, columns = (np.arange(0.4, n, SPACING_MM) for n in volume.shape[1:])
    row, column = (np.clip(np.floor(a).astype(int), 0, n - 1) for a, n in zip((rows, columns), volume.shape[1:]))
    slices = []
    for d in depth:
        low, high = d - distance / 2, d + distance / 2
        bins = np.arange(int(low), min(int(np.ceil(high)), volume.shape[0]))
        weight = np.minimum(bins + 1, high) - np.maximum(bins, low)
        mean = np.tensordot(weight / weight.sum(), volume[bins], 1)
        slices.append(np.rint(mean[np.ix_(row, column)] + 1024).astype(np.int16))
    return slices[::-1], -depth[::-1]


def through(
    slices: List[np.ndarray], positions: np.ndarray, spacing: Tuple[float, float]
) -> Tuple[np.ndarray, preprocess.Block]:
    """Stored slices -> network input and the block."""
    rows, columns = (preprocess.overlap_matrix(n, s) for n, s in zip(slices[0].shape, spacing))
    pictures = [preprocess.resample(s, 1.0, -1024.0, rows, columns) for s in slices]
    block = preprocess.block_of(pictures, positions)
    return preprocess.network_input(block.volume), block


def figures(data: pathlib.Path, count: int, judge: Callable[[np.ndarray], np.ndarray]) -> dict:
    """Verdicts of complete heads; how far the block lies from where the renderer thinks it is."""
    warnings.filterwarnings("ignore", message="scatter_reduce")
    maker, random = Maker(data, "test"), np.random.default_rng(SEED)
    right, flagged, refused, apart = 0, 0, 0, []
    positives = 0
    for k in range(count):
        segment = (-1, 1, -1, 0)[k % 4]
        volume, occlusion, site, _, _ = maker.render(
            random,
            maker.names[k % len(maker.names)],
            segment,
            mix=False,
            start=-12,
            shape=(HEIGHT, ROWS, COLUMNS),
            origin=(ROWS / 2, COLUMNS / 2),
            jitter=0.0,
        )
        slices, positions = slices_of(volume, DISTANCES_MM[k % len(DISTANCES_MM)])
        try:
            slabs, block = through(slices, positions, (SPACING_MM, SPACING_MM))
        except preprocess.NotAnalysable:
            refused += 1
            continue
        wanted = np.array([12, ROWS / 2 - preprocess.CENTRE[0], COLUMNS / 2 - preprocess.CENTRE[1]])
        apart.append(np.array([block.vertex, *block.origin]) - wanted)
        flag = bool(judge(slabs).max() >= 0.5)
        positives += occlusion is not None
        flagged += flag and occlusion is not None
        right += flag == (occlusion is not None)
    return {
        "studies": count,
        "refused": refused,
        "right": right,
        "positives": positives,
        "positives_flagged": flagged,
        "block_offset_mm_max": [round(float(v), 1) for v in np.abs(np.array(apart)).max(0)] if apart else None,
    }
