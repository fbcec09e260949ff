"""Drawn haemorrhages for slices that have none: the kinds that a trauma collection hardly shows, and more of those it does.

Drawn, not real: what is measured on them is reported apart.
"""
from typing import Callable, Dict, Optional, Tuple

import numpy as np
from scipy import ndimage

from preprocess import SPACING_MM

SLICE_MM = 5.0
LEAST_PIXELS = 12  # about 24 mm2; a smaller drawing is no usable example
Alpha = Optional[np.ndarray]
Random = np.random.Generator


def smooth_noise(random: Random, shape: Tuple[int, ...], sigma: float) -> np.ndarray:
    noise = ndimage.gaussian_filter(random.standard_normal(shape), sigma)
    return noise / (noise.std() + 1e-6)


def pick(random: Random, allowed: np.ndarray) -> Optional[Tuple[int, int]]:
    places = np.flatnonzero(allowed)
    if places.size == 0:
        return None
    row, col = divmod(int(random.choice(places)), allowed.shape[1])
    return row, col


def blob(
    random: Random, depth: np.ndarray, centre: Optional[Tuple[int, int]], low: float, high: float, rough: float
) -> Alpha:
    """An irregular ellipsoid around `centre`, soft by partial volume, over the three slices."""
    if centre is None:
        return None
    radii, angle = random.uniform(low, high) * random.uniform(0.7, 1.3, 3), random.uniform(0, np.pi)
    rows, cols = np.mgrid[: depth.shape[1], : depth.shape[2]]
    y, x = (rows - centre[0]) * SPACING_MM, (cols - centre[1]) * SPACING_MM
    u, v = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
    z = SLICE_MM * np.arange(-1, 2)[:, None, None] + random.uniform(-0.5, 0.5) * radii[2]
    distance = np.sqrt((u / radii[0]) ** 2 + (v / radii[1]) ** 2 + (z / radii[2]) ** 2)
    field = 1 - distance + rough * smooth_noise(random, depth.shape[1:], 4.0)
    return np.clip(0.5 + field * radii[:2].mean() / 3.0, 0, 1)


def deep(random: Random, hu: np.ndarray, depth: np.ndarray) -> Alpha:
    return blob(random, depth, pick(random, depth[1] > 0.6 * depth[1].max()), 6, 22, 0.15)


def lobar(random: Random, hu: np.ndarray, depth: np.ndarray) -> Alpha:
    return blob(random, depth, pick(random, (depth[1] > 8) & (depth[1] < 35)), 5, 22, 0.2)


def contusion(random: Random, hu: np.ndarray, depth: np.ndarray) -> Alpha:
    return blob(random, depth, pick(random, (depth[1] > 2) & (depth[1] < 12)), 3, 10, 0.4)


def epidural(random: Random, hu: np.ndarray, depth: np.ndarray) -> Alpha:
    """A lens: the part of a large ball that reaches in from beyond the skull."""
    edge = pick(random, (depth[1] > 0) & (depth[1] < 2))
    if edge is None:
        return None
    rows, cols = np.mgrid[: depth.shape[1], : depth.shape[2]]
    inward = np.array([np.mean(rows[depth[1] > 0]), np.mean(cols[depth[1] > 0])]) - edge
    radius, reach = random.uniform(20, 60), random.uniform(3, 16)
    centre = np.array(edge) - inward / (np.linalg.norm(inward) + 1e-6) * (radius - reach) / SPACING_MM
    z = SLICE_MM * np.arange(-1, 2)[:, None, None] + random.uniform(-6, 6)
    distance = np.sqrt(((rows - centre[0]) ** 2 + (cols - centre[1]) ** 2) * SPACING_MM**2 + z**2)
    return np.clip((radius - distance) / 1.5, 0, 1)


def subdural(random: Random, hu: np.ndarray, depth: np.ndarray) -> Alpha:
    """A crescent along the skull, thickest at one angle."""
    inside = depth[1] > 0
    if not inside.any():
        return None
    rows, cols = np.mgrid[: depth.shape[1], : depth.shape[2]]
    bearing = np.arctan2(rows - rows[inside].mean(), cols - cols[inside].mean()) - random.uniform(-np.pi, np.pi)
    turn = np.abs((bearing + np.pi) % (2 * np.pi) - np.pi)
    thick = random.uniform(3, 12) * np.exp(-((turn / random.uniform(0.4, 1.2)) ** 2))
    return np.clip((thick - depth.astype(np.float64)) / 1.5, 0, 1) * (thick > 1)


def ventricular(random: Random, hu: np.ndarray, depth: np.ndarray) -> Alpha:
    """Fluid spaces deep in the brain, filled from behind to a level."""
    fluid = (ndimage.gaussian_filter(hu, (0, 1, 1)) < 18) & (depth > 18)
    if fluid[1].sum() < 60:
        return None
    rows = np.nonzero(fluid[1])[0]
    level = np.quantile(rows, random.uniform(0.0, 0.8))
    filled = fluid & (np.arange(hu.shape[1])[None, :, None] >= level)
    return ndimage.gaussian_filter(filled.astype(np.float64), (0, 0.6, 0.6))


def subarachnoid(random: Random, hu: np.ndarray, depth: np.ndarray) -> Alpha:
    """Fluid of sulci and cisterns within reach of one place."""
    fluid = (ndimage.gaussian_filter(hu, (0, 0.6, 0.6)) < 26) & (depth > 1)
    centre = pick(random, fluid[1])
    if centre is None:
        return None
    rows, cols = np.mgrid[: hu.shape[1], : hu.shape[2]]
    near = np.hypot(rows - centre[0], cols - centre[1]) * SPACING_MM < random.uniform(15, 45)
    return ndimage.gaussian_filter((fluid & near).astype(np.float64), (0, 0.6, 0.6)) * random.uniform(0.7, 1.0)


SPONTANEOUS: Dict[str, Callable[..., Alpha]] = {
    "deep": deep,
    "lobar": lobar,
    "ventricular": ventricular,
    "subarachnoid": subarachnoid,
}
TRAUMATIC: Dict[str, Callable[..., Alpha]] = {"contusion": contusion, "epidural": epidural, "subdural": subdural}
ALL = {**SPONTANEOUS, **TRAUMATIC}


def paint(random: Random, hu: np.ndarray, alpha: np.ndarray, level: float) -> np.ndarray:
    """Blend in tissue of `level` HU that keeps half the texture under it."""
    kept = 0.5 * (np.clip(hu, 15, 55) - 34)
    grain = 2.0 * smooth_noise(random, hu.shape[1:], 0.7)
    return ((1 - alpha) * hu + alpha * (level + kept + grain)).astype(np.float32)


def bleed(random: Random, hu: np.ndarray, depth: np.ndarray, kind: str) -> Optional[Tuple[np.ndarray, np.ndarray]]:
    """Draw one bleed of `kind`: (hu, map of the middle slice), or nothing where it doesn't fit."""
    alpha = ALL[kind](random, hu, depth)
    if alpha is None:
        return None
    alpha = alpha * (depth > 0)
    if (alpha[1] > 0.5).sum() < LEAST_PIXELS:
        return None
    level = random.uniform(48, 66) if kind == "subarachnoid" else random.uniform(52, 80)
    if kind in ("deep", "lobar", "contusion") and random.random() < 0.5:
        rim = np.clip(ndimage.gaussian_filter(alpha, (0, 3, 3)) * 2, 0, 1) * (depth > 0) * (1 - alpha)
        hu = hu - rim * random.uniform(4, 12)
    return paint(random, hu, alpha, level), alpha[1].astype(np.float32)


def transplant(
    random: Random, giver: np.ndarray, blood: np.ndarray, taker: np.ndarray, depth: np.ndarray
) -> Optional[Tuple[np.ndarray, np.ndarray]]:
    """Real blood [3, rows, cols] of one patient in another's slices, at about the same place, on either side."""
    if random.random() < 0.5:
        giver, blood = giver[:, :, ::-1], blood[:, :, ::-1]
    by = (0, *random.integers(-6, 7, 2))
    giver, blood = np.roll(giver, by, (0, 1, 2)), np.roll(blood, by, (0, 1, 2))
    alpha = ndimage.gaussian_filter(blood, (0, 0.6, 0.6)) * (depth > 0)
    if (alpha[1] > 0.5).sum() < LEAST_PIXELS:
        return None
    return ((1 - alpha) * taker + alpha * giver).astype(np.float32), alpha[1].astype(np.float32)


def infarct(random: Random, hu: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """A dark area: no blood, for slices that stay negative."""
    alpha = blob(random, depth, pick(random, depth[1] > 4), 8, 30, 0.3)
    return hu if alpha is None else (hu - alpha * (depth > 0) * random.uniform(4, 16)).astype(np.float32)
