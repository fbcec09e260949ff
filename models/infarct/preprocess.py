"""Reference preprocessing of a diffusion series: trace and ADC pictures -> 2 mm grid -> series scale -> 112 x 112 crop.

The server repeats these steps; `reference/` holds a vector on which both must agree.
"""
import math
from dataclasses import dataclass
from typing import Optional, Tuple

import numpy as np

SPACING_MM = 2.0
SIZE = 112
PERCENTILE, SHARE = 95, 0.4
ABOVE = 0.5  # of the series scale: what counts as head
ADC_MAXIMUM, ADC_MISSING = 4000.0, -1.0  # 1e-6 mm2/s
OFFSET_MM, MAX_GAP_MM = 5.0, 9.0
ADC_UNITS = ((200.0, 3000.0, 1.0), (0.2, 3.0, 1e3), (2e5, 3e6, 1e-3), (2e-4, 3e-3, 1e6))


@dataclass
class Source:
    """One series, turned so that rows run to posterior and columns to the patient's left; slices ascend."""

    trace: np.ndarray  # [slices, rows, cols]
    b0: Optional[np.ndarray]  # as trace
    adc: Optional[np.ndarray]  # as trace, a derived map in whatever unit
    positions: np.ndarray  # [slices] mm
    spacing: Tuple[float, float]  # mm between rows, between columns
    b_high: float = 1000.0  # s/mm2
    b_low: float = 0.0


@dataclass
class Prepared:
    """The series on the model's grid, cropped."""

    dwi: np.ndarray  # float32 [slices, SIZE, SIZE], brain about 1
    adc: np.ndarray  # float32 [slices, SIZE, SIZE], 1e-6 mm2/s, or -1 throughout
    positions: np.ndarray  # [slices] mm
    scale: float
    origin: Tuple[int, int]


class NotAnalysable(ValueError):
    pass


def overlap_matrix(pixels: int, spacing: float, target: float = SPACING_MM) -> np.ndarray:
    """Share of each target pixel covered by each source pixel, both counted from the picture's outer edge."""
    length = max(1, math.ceil(pixels * spacing / target - 1e-6))
    low, source = np.arange(length)[:, None] * target, np.arange(pixels)[None, :] * spacing
    overlap = np.minimum(low + target, source + spacing) - np.maximum(low, source)
    return np.maximum(overlap, 0.0) / target


def area_resample(images: np.ndarray, spacing: Tuple[float, float]) -> np.ndarray:
    """Area-weighted resampling of whole pictures [slices, rows, cols]; what lies beyond them counts as 0."""
    rows, cols = (overlap_matrix(n, s) for n, s in zip(images.shape[1:], spacing))
    return (rows @ np.maximum(images.astype(np.float64), 0.0) @ cols.T).astype(np.float32)


def series_scale(trace: np.ndarray) -> float:
    """Lower median of what is brighter than 0.4 of the 95th percentile of the whole series."""
    ordered = np.sort(trace, axis=None)
    bright = np.float32(SHARE * float(ordered[PERCENTILE * (len(ordered) - 1) // 100]))
    kept = ordered[np.searchsorted(ordered, bright, "right") :]
    scale = float(kept[(len(kept) - 1) // 2]) if len(kept) else 0.0
    if scale <= 0:
        raise NotAnalysable("a series without signal")
    return scale


def computed_adc(trace: np.ndarray, b0: np.ndarray, b_high: float, b_low: float) -> np.ndarray:
    """1e-6 mm2/s from unscaled pictures; 0 where either has no signal."""
    known = (trace > 0) & (b0 > 0)
    ratio = np.where(known, b0, 1.0).astype(np.float64) / np.where(known, trace, 1.0)
    return np.where(known, np.clip(1e6 * np.log(ratio) / (b_high - b_low), 0.0, ADC_MAXIMUM), 0.0).astype(np.float32)


def derived_adc(adc: np.ndarray, dwi: np.ndarray) -> Optional[np.ndarray]:
    """A scanner's own map brought to 1e-6 mm2/s; nothing where its unit can't be told."""
    inside = np.sort(adc[dwi > ABOVE])
    median = float(inside[(len(inside) - 1) // 2]) if len(inside) else 0.0
    for low, high, factor in ADC_UNITS:
        if low <= median < high:
            return np.clip(adc * np.float64(factor), 0.0, ADC_MAXIMUM).astype(np.float32)
    return None


def crop_origin(dwi: np.ndarray) -> Tuple[int, int]:
    """First row and column of the crop: one for the series, centred on all that is head."""
    _, rows, cols = np.nonzero(dwi > np.float32(ABOVE))
    return tuple(math.floor(float(np.mean(index)) + 1.0) - SIZE // 2 for index in (rows, cols))


def crop(images: np.ndarray, origin: Tuple[int, int]) -> np.ndarray:
    """The SIZE x SIZE window at `origin` of pictures [..., rows, cols], filled with 0 beyond them."""
    out = np.zeros(images.shape[:-2] + (SIZE, SIZE), images.dtype)
    (r0, c0), (rows, cols) = origin, images.shape[-2:]
    top, bottom, left, right = max(r0, 0), min(r0 + SIZE, rows), max(c0, 0), min(c0 + SIZE, cols)
    if top < bottom and left < right:
        out[..., top - r0 : bottom - r0, left - c0 : right - c0] = images[..., top:bottom, left:right]
    return out


def prepare(source: Source) -> Prepared:
    trace = area_resample(source.trace, source.spacing)
    scale = series_scale(trace)
    dwi = (trace / np.float32(scale)).astype(np.float32)
    adc = None
    if source.adc is not None:
        adc = derived_adc(area_resample(source.adc, source.spacing), dwi)
    if adc is None and source.b0 is not None:
        adc = computed_adc(trace, area_resample(source.b0, source.spacing), source.b_high, source.b_low)
    origin = crop_origin(dwi)
    cut = np.full((len(dwi), SIZE, SIZE), ADC_MISSING, np.float32) if adc is None else crop(adc, origin)
    return Prepared(crop(dwi, origin), cut, np.asarray(source.positions, float), scale, origin)


def neighbour(positions: np.ndarray, index: int, direction: int) -> int:
    """Index of the slice nearest to 5 mm above (+1) or below (-1); the slice itself at ends and gaps."""
    side = np.nonzero((positions - positions[index]) * direction > 0)[0]
    if side.size == 0:
        return index
    gaps = np.abs(positions[side] - positions[index])
    best = int(np.argmin(np.abs(gaps - OFFSET_MM)))
    return int(side[best]) if gaps[best] <= MAX_GAP_MM else index


def stack(prepared: Prepared, index: int) -> np.ndarray:
    """Network input [6, SIZE, SIZE] of one slice: trace below, this, above; ADC below, this, above."""
    z = prepared.positions
    chosen = [neighbour(z, index, -1), index, neighbour(z, index, +1)]
    return np.concatenate([prepared.dwi[chosen], prepared.adc[chosen]])


def stacks(prepared: Prepared) -> np.ndarray:
    return np.stack([stack(prepared, i) for i in range(len(prepared.positions))])
