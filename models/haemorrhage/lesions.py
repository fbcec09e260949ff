"""Spontaneous haemorrhages implanted in 3-D into whole patients who don't bleed. Drawn, not real.

Every kind makes a field over the head; the field is cut where it holds the wanted volume, so the truth is known in millilitres.
"""
from dataclasses import dataclass
from typing import Dict, Optional, Tuple

import numpy as np
from scipy import ndimage

from anatomy import Head
from dataset import SLICE_MM
from implant import smooth_noise
from preprocess import SPACING_MM

KINDS = ("deep", "lobar", "cerebellar", "pontine", "ventricular", "subarachnoid")
LARGEST_ML = {"deep": 60, "lobar": 60, "cerebellar": 30, "pontine": 12, "ventricular": 35, "subarachnoid": 45}
LEAST_ML = 0.5
VOXEL_ML = SPACING_MM**2 * SLICE_MM / 1000
LEVELS = np.arange(-2, 3)  # mm about a slice's middle: partial volume is the mean over them
FLUID_HU = 8.0
Random = np.random.Generator


@dataclass
class Implanted:
    """A head with one bleed."""

    hu: np.ndarray  # float32 [n, rows, cols]
    blood: np.ndarray  # float32 [n, rows, cols], share of blood
    kind: str
    ml: float


def share_back(head: Head, k: int) -> np.ndarray:
    """[rows] 0 at the brain's front of slice k, 1 at its back."""
    rows = np.nonzero(head.inside[k].any(1))[0]
    return (np.arange(head.hu.shape[1]) - rows[0]) / max(1, rows[-1] - rows[0])


def seat(random: Random, head: Head, kind: str) -> Optional[Tuple[int, int, int]]:
    """Slice, row and column where a bleed of a kind in the tissue begins."""
    reach = {"deep": (42, 68), "lobar": (12, 68), "cerebellar": (88, 112), "pontine": (80, 102)}[kind]
    levels = [
        k
        for k in np.nonzero(head.inside.any((1, 2)))[0]
        if reach[0] <= head.below_vertex[k] <= reach[1] and head.inside[k].sum() * SPACING_MM**2 > 2500
    ]
    if not levels:
        return None
    k = int(random.choice(levels))
    aside = np.abs(np.arange(head.hu.shape[2]) - head.middle[k])[None, :] * SPACING_MM
    back, depth = share_back(head, k)[:, None], head.depth[k]
    if kind == "deep":
        thalamus = (aside > 6) & (aside < 17) & (back > 0.48) & (back < 0.62)
        putamen = (aside > 18) & (aside < 31) & (back > 0.34) & (back < 0.56)
        allowed = (thalamus if random.random() < 0.4 else putamen) & (depth > 12)
    elif kind == "lobar":
        allowed = (depth > 6) & (depth < 28) & (aside > 8)
    elif kind == "cerebellar":
        allowed = (back > 0.66) & (aside > 4) & (aside < 38) & (depth > 6)
    else:
        allowed = (aside < 8) & (back > 0.42) & (back < 0.62) & (depth > 3)
    places = np.flatnonzero(allowed & head.inside[k] & (head.fluid[k] < 0.3))
    if places.size == 0:
        return None
    row, col = divmod(int(random.choice(places)), head.hu.shape[2])
    return k, row, col


def cut(field: np.ndarray, weight: np.ndarray, ml: float, softness: float, voxel: float) -> np.ndarray:
    """Shares of blood: `field` cut at the level above which `weight` sums to `ml`; all of it where there is less."""
    order = np.argsort(field.ravel())[::-1]
    held = np.cumsum(weight.ravel()[order]) * voxel
    place = min(int(np.searchsorted(held, ml)), len(held) - 1)
    level = field.ravel()[order[place]]
    return weight * np.clip(0.5 + (field - level) / softness, 0, 1)


def tissue_blood(random: Random, head: Head, kind: str, ml: float) -> Optional[np.ndarray]:
    """An irregular ellipsoid, sharp to a pixel in the plane, averaged over the slice's thickness."""
    where = seat(random, head, kind)
    if where is None:
        return None
    k0, row, col = where
    radius = (3 * ml * 1000 / (4 * np.pi)) ** (1 / 3)
    form, angle = random.uniform(0.7, 1.4, 3), random.uniform(0, np.pi)
    form /= np.prod(form) ** (1 / 3)
    centre_z = head.z[k0] + random.uniform(-2.5, 2.5)
    near = np.nonzero(np.abs(head.z - centre_z) <= 2.2 * radius * form[2] + SLICE_MM)[0]
    reach = int(2.5 * radius / SPACING_MM) + 6
    top, left = max(0, row - reach), max(0, col - reach)
    box = np.s_[near[0] : near[-1] + 1, top : row + reach, left : col + reach]
    inside = head.inside[box] & (head.depth[box] > 1.0)
    rows, cols = np.mgrid[: inside.shape[1], : inside.shape[2]]
    y, x = (rows + top - row) * SPACING_MM, (cols + left - col) * SPACING_MM
    u, v = (np.cos(angle) * x + np.sin(angle) * y) / form[0], (np.cos(angle) * y - np.sin(angle) * x) / form[1]
    z = (head.z[near][:, None] + LEVELS - centre_z)[:, :, None, None] / form[2]
    distance = np.sqrt(u**2 + v**2 + z**2)  # [slices, levels, rows, cols]
    rough = radius * random.uniform(0.05, 0.22)
    noise = ndimage.gaussian_filter(random.standard_normal(inside.shape), (0.6, 3, 3))
    field = -distance - (rough * noise / (noise.std() + 1e-6))[:, None]
    weight = np.repeat(inside[:, None].astype(np.float64), len(LEVELS), 1)
    shares = cut(field, weight, ml, SPACING_MM, VOXEL_ML / len(LEVELS)).mean(1)
    blood = np.zeros(head.hu.shape, np.float32)
    blood[box] = shares
    return blood


def fluid_blood(random: Random, head: Head, kind: str, ml: float) -> Optional[np.ndarray]:
    """Blood in place of fluid, spreading from one seed, widening what it fills by a pixel or two."""
    below = head.below_vertex[:, None, None]
    aside = np.abs(np.arange(head.hu.shape[2]) - head.middle[:, None])[:, None, :] * SPACING_MM
    if kind == "ventricular":
        upper = (head.depth > 18) & (below > 28) & (below < 68) & (aside < 42)
        fourth = (head.depth > 12) & (below > 84) & (below < 106) & (aside < 11)
        space = head.fluid * (upper | fourth)
        pieces, count = ndimage.label(space > 0.35)
        if count == 0:
            return None
        large = np.bincount(pieces.ravel()) * VOXEL_ML > 0.15
        large[0] = False
        space = np.where(ndimage.binary_dilation(large[pieces], iterations=1), space, 0)
    else:
        space = head.fluid * ((head.depth < 22) | (below > 58)) * (below < 112)
        space = np.where((head.depth > 18) & (below < 58), 0, space)
    wide = ndimage.gaussian_filter(space, (0, 0.8, 0.8)) * (head.inside & (head.depth > 0.5))
    weight = np.maximum(space, np.clip(random.uniform(0.6, 1.4) * wide, 0, 0.9))
    weight[weight < 0.12] = 0
    if weight.sum() * VOXEL_ML < LEAST_ML:
        return None
    seeds = np.flatnonzero(space > 0.4)
    if seeds.size == 0:
        return None
    if kind == "subarachnoid":
        # half of them from the cisterns at the base, as an aneurysm bleeds
        low = seeds[np.broadcast_to(below > 62, space.shape).ravel()[seeds]]
        seeds = low if low.size and random.random() < 0.5 else seeds
    k, row, col = np.unravel_index(int(random.choice(seeds)), space.shape)
    rows, cols = np.arange(space.shape[1])[:, None], np.arange(space.shape[2])
    stretch = random.uniform(0.6, 1.6, 3)
    distance = np.sqrt(
        (stretch[0] * (head.z - head.z[k])[:, None, None]) ** 2
        + (stretch[1] * (rows - row) * SPACING_MM) ** 2
        + (stretch[2] * (cols - col) * SPACING_MM) ** 2
    )
    field = -distance - 3.0 * smooth_noise(random, space.shape[1:], 3.0)
    if kind == "ventricular":
        field = field + random.uniform(0, 0.8) * (rows - row) * SPACING_MM  # it settles behind
    return cut(field, weight, ml, 4.0, VOXEL_ML).astype(np.float32)


def settled(random: Random, head: Head, blood: np.ndarray, level: float) -> np.ndarray:
    """HU of the blood [n, rows, 1]: denser behind, now and then with a level."""
    rows = np.nonzero((blood > 0.3).any((0, 2)))[0]
    first, last = (rows[0], rows[-1]) if rows.size else (0, 1)
    behind = (np.arange(blood.shape[1]) - first) / max(1, last - first) - 0.5
    if random.random() < 0.2:
        behind = np.tanh(behind * 8) / 2
    return level + random.uniform(0, 14) * np.clip(behind, -0.5, 0.5)[None, :, None]


def pushed(head: Head, hu: np.ndarray, blood: np.ndarray, ml: float) -> np.ndarray:
    """The brain around a large bleed moved outward, less towards the skull."""
    push = min(6.0, 0.3 * (3 * ml * 1000 / (4 * np.pi)) ** (1 / 3)) / SPACING_MM
    moved = hu.copy()
    rows, cols = np.mgrid[: hu.shape[1], : hu.shape[2]].astype(np.float32)
    for k in np.nonzero(blood.sum((1, 2)) > 4)[0]:
        down, right = np.gradient(ndimage.gaussian_filter(blood[k], 6.0))
        size = np.hypot(down, right)
        scale = push * np.clip(head.depth[k] / 14.0, 0, 1) / (size.max() + 1e-6)
        moved[k] = ndimage.map_coordinates(hu[k], (rows + down * scale, cols + right * scale), order=1, mode="nearest")
    return moved


def implant(random: Random, head: Head, kind: str, ml: float) -> Optional[Implanted]:
    """One bleed of about `ml`; nothing where the head has no place for it."""
    wet = kind in ("ventricular", "subarachnoid")
    blood = (fluid_blood if wet else tissue_blood)(random, head, kind, ml)
    if blood is None:
        return None
    blood[blood < 0.02] = 0
    held = float(blood.sum() * VOXEL_ML)
    if held < LEAST_ML * 0.9:
        return None
    hu = head.hu
    level = random.uniform(45, 70) if kind == "subarachnoid" else random.uniform(50, 80)
    dense = settled(random, head, blood, level)
    used = np.nonzero(blood.any((1, 2)))[0]
    part = np.s_[max(0, used[0] - 1) : used[-1] + 2]
    grain = np.stack([smooth_noise(random, hu.shape[1:], 0.7) for _ in range(len(hu[part]))]) * random.uniform(1, 3)
    painted = hu.copy()
    if wet:
        fluid = np.minimum(head.fluid, blood)[part]
        here = hu[part] + fluid * (dense - FLUID_HU) + (blood[part] - fluid) * (dense - hu[part])
        painted[part] = here + blood[part] * grain
    else:
        if held > 3:
            hu = pushed(head, hu, blood, held)
        here = hu[part]
        if random.random() < 0.7:
            rim = np.clip(ndimage.gaussian_filter(blood[part], (0, *[random.uniform(1.5, 4)] * 2)) * 2, 0, 1)
            here = here - rim * (1 - blood[part]) * (head.inside[part] & (here < 60)) * random.uniform(3, 12)
        kept = 0.5 * (np.clip(here, 15, 55) - 34)
        painted[part] = (1 - blood[part]) * here + blood[part] * (dense + kept + grain)
    painted = np.where(head.inside | (hu < 90), painted, hu) if wet else painted
    return Implanted(painted.astype(np.float32), blood, kind, held)


def drawn_volume(random: Random, kind: str, low: float = LEAST_ML, high: float = 60.0) -> float:
    """Millilitres, evenly over the logarithm, no more than the kind can hold."""
    top = min(high, LARGEST_ML[kind])
    return float(np.exp(random.uniform(np.log(low), np.log(max(top, low * 1.01)))))


BANDS: Dict[str, Tuple[float, float]] = {"0.5–2 mL": (0.5, 2.0), "2–5 mL": (2.0, 5.0), "from 5 mL": (5.0, 60.0)}
