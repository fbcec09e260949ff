"""A head never seen before: the template bent, cut into slices, its folds drawn; tissue shares on the model's grid."""
from dataclasses import dataclass
from typing import Dict, List, Optional, Tuple

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn import functional as F

from anatomy import ATLAS_FIRST, ATLAS_MM, TEMPLATE_FIRST, TEMPLATE_MM, Anatomy, outline
from preprocess import SIZE, SPACING_MM

Random = np.random.Generator
TISSUES = ("white", "cortex", "deep", "fluid", "soft")
FOLD_FIELDS = 8  # kept noise fields; each head rolls and mirrors one
FOLD_SIGMA_MM = 4.0


@dataclass
class Cut:
    """How a scanner cuts the head: `offsets` are the places within a slice whose mean it is."""

    positions: np.ndarray  # [slices] mm, ascending
    offsets: np.ndarray  # mm


@dataclass
class Head:
    tissue: Dict[str, Tensor]  # share, float32 [slices, SIZE, SIZE]
    depth: Tensor  # mm from the brain's surface
    place: Tensor  # template mm [slices, SIZE, SIZE, 3] of the slice's middle
    fresh: Tensor  # share of fresh infarct
    old: Tensor  # share of old infarct
    territory: np.ndarray  # uint8 [slices, SIZE, SIZE], 0..8
    cut: Cut


def drawn_cut(random: Random, most: int) -> Cut:
    """Thick slices mostly, thin ones at times; the whole head or a slab of it."""
    spacing = random.uniform(3.8, 7.5) if random.random() < 0.7 else random.uniform(1.8, 3.8)
    thick = spacing * (random.uniform(0.75, 1.0) if random.random() < 0.7 else 1.0)
    low, high = random.uniform(-68, -45), random.uniform(62, 80)
    if (high - low) / spacing > most:  # a slab
        low = random.uniform(low, high - most * spacing)
        high = low + most * spacing
    count = 2 if thick > 3.0 else 1
    offsets = ((np.arange(count) + 0.5) / count - 0.5) * thick
    return Cut(np.arange(low, high, spacing), offsets)


def smooth(random: Random, shape: Tuple[int, int, int], steps: Tuple[int, int, int], channels: int = 1) -> Tensor:
    """Smooth noise of unit deviation [channels, *shape] from a coarse grid of `steps` nodes."""
    coarse = torch.from_numpy(random.standard_normal((1, channels) + steps).astype(np.float32))
    return F.interpolate(coarse, size=shape, mode="trilinear", align_corners=True)[0] * 1.5


def rotation(random: Random, degrees: float) -> np.ndarray:
    a, b, c = np.radians(random.normal(0, degrees, 3).clip(-2.5 * degrees, 2.5 * degrees))
    turns = (
        [[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]],
        [[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]],
        [[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]],
    )
    return np.array(turns[0]) @ np.array(turns[1]) @ np.array(turns[2])


def template_places(random: Random, cut: Cut) -> Tensor:
    """Template mm of every sample [slices * offsets, SIZE, SIZE, 3]; columns run to the left, rows to posterior."""
    heights = (cut.positions[:, None] + cut.offsets[None]).ravel()
    axis = (np.arange(SIZE) + 0.5 - SIZE / 2) * SPACING_MM
    z, y, x = np.meshgrid(heights, -axis - 18.0, -axis, indexing="ij")
    centre = np.array([0.0, -18.0, 5.0])
    size = random.uniform(1.0, 1.18) * random.uniform(0.95, 1.05, 3)  # real heads are smaller than MNI's
    matrix = rotation(random, 6.0) @ np.diag(size)
    points = np.stack([x, y, z], -1).reshape(-1, 3) - centre
    points = points @ matrix.T + centre + random.normal(0, 3, 3)
    places = torch.from_numpy(points.astype(np.float32)).reshape(len(heights), SIZE, SIZE, 3)
    shape = (len(heights), SIZE, SIZE)
    bend = smooth(random, shape, (4, 6, 6), 3) * random.uniform(1, 4)
    bend = bend + smooth(random, shape, (6, 12, 12), 3) * random.uniform(0, 1.5)
    places = places + bend.permute(1, 2, 3, 0)
    # ventricles wide or narrow
    away = places - torch.tensor([0.0, -15.0, 15.0])
    reach = (away / torch.tensor([30.0, 45.0, 30.0])).square().sum(-1, keepdim=True)
    return places - away * torch.exp(-reach) * random.uniform(-0.25, 0.45)


def sampled(volume: Tensor, places: Tensor, first: Tuple[float, ...], step: float, mode: str = "bilinear") -> Tensor:
    """Channels [c, x, y, z] read at template millimetres [n, rows, cols, 3] -> [c, n, rows, cols]; 0 beyond."""
    size = torch.tensor(volume.shape[1:], dtype=torch.float32)
    index = (places - torch.tensor(first)) / step
    grid = (2 * index + 1) / size - 1
    return F.grid_sample(volume[None], grid.flip(-1)[None], mode=mode, padding_mode="zeros", align_corners=False)[0]


class Folds:
    """Smooth noise whose zero surfaces serve as sulci."""

    def __init__(self, shape: Tuple[int, ...], seed: int = 0) -> None:
        random, sigma = np.random.default_rng(seed), FOLD_SIGMA_MM / TEMPLATE_MM
        made = [
            ndimage.gaussian_filter(random.standard_normal(shape).astype(np.float32), sigma, mode="wrap")
            for _ in range(FOLD_FIELDS)
        ]
        self.fields = [field / field.std() for field in made]

    def one(self, random: Random) -> np.ndarray:
        field = self.fields[random.integers(FOLD_FIELDS)]
        field = np.roll(field, tuple(random.integers(0, n) for n in field.shape), (0, 1, 2))
        return field[tuple(slice(None, None, int(random.choice([-1, 1]))) for _ in range(3))]


def lesion_volume(random: Random, anatomy: Anatomy, lists: List[np.ndarray]) -> np.ndarray:
    """Outlines drawn on the atlas's grid, each mirrored at random; at times only some of an outline's pieces."""
    total = np.zeros(anatomy.territory.shape, np.float32)
    for voxels in lists:
        mask = outline(voxels, total.shape)
        if random.random() < 0.2:
            pieces, count = ndimage.label(mask)
            if count > 1:
                mask = np.isin(pieces, 1 + random.permutation(count)[: max(1, count // 2)]).astype(np.float32)
        total = np.maximum(total, mask[::-1] if random.random() < 0.5 else mask)
    return total


def emboli(random: Random, anatomy: Anatomy, count: int) -> np.ndarray:
    """Small balls of 2 to 5 mm radius within the territories."""
    total = np.zeros(anatomy.territory.shape, np.float32)
    inside = np.flatnonzero(anatomy.territory)
    for flat in random.choice(inside, count):
        centre, radius = np.array(np.unravel_index(flat, total.shape)), random.uniform(2.0, 5.0)
        low, high = np.maximum(centre - 6, 0), np.minimum(centre + 7, total.shape)
        box = tuple(slice(a, b) for a, b in zip(low, high))
        grid = np.stack(np.meshgrid(*(np.arange(a, b) for a, b in zip(low, high)), indexing="ij"), -1)
        total[box] = np.maximum(
            total[box], np.linalg.norm((grid - centre) / random.uniform(0.7, 1.3, 3), axis=-1) < radius
        )
    return total


def bent(
    random: Random, anatomy: Anatomy, folds: Folds, cut: Cut, fresh: Optional[np.ndarray], old: Optional[np.ndarray]
) -> Head:
    """The head with its lesions, in tissue shares averaged over each slice's thickness."""
    places, samples = template_places(random, cut), len(cut.offsets)
    far = 200.0  # so that what lies beyond the template is far outside the head
    channels = (anatomy.grey, anatomy.white, anatomy.fluid, anatomy.depth + far, anatomy.head + far, folds.one(random))
    volume = torch.from_numpy(np.stack(channels).astype(np.float32))
    grey, white, fluid, depth, skin, fold = sampled(volume, places, TEMPLATE_FIRST, TEMPLATE_MM)
    depth, skin = depth - far, skin - far
    # the template is a mean of many heads: sharpen it, then cut folds into its outer part
    power = random.uniform(1.0, 2.5)
    grey, white, fluid = grey**power, white**power, fluid**power
    total = grey + white + fluid + 1e-3
    grey, white, fluid = grey / total, white / total, fluid / total
    brain, eyes = ((depth + 1.0) / 2.0).clamp(0, 1), fluid
    away = fold.abs() * FOLD_SIGMA_MM * random.uniform(0.7, 1.1)
    wide, ribbon = random.uniform(0.2, 1.6), random.uniform(2.0, 3.5)
    sulcus = (0.5 + wide - away).clamp(0, 1)
    bark = (0.5 + wide + ribbon - away).clamp(0, 1) * (1 - sulcus)
    outer = ((random.uniform(14, 22) - depth) / 8.0).clamp(0, 1) * random.choice([0.0, 0.6, 1.0], p=[0.15, 0.25, 0.6])
    shallow = (1.0 + random.uniform(0.0, 2.5) - depth).clamp(0, 1)
    fluid = (fluid * (1 - outer) + outer * torch.maximum(sulcus, torch.maximum(shallow, (fluid - 0.5) * 2))).clamp(0, 1)
    grey = grey * (1 - outer) + outer * torch.maximum(bark, (depth < ribbon + 2).float())
    rest = 1 - fluid
    grey = torch.minimum(grey, rest)
    white = rest - grey
    core = ((depth - 22.0) / 6.0).clamp(0, 1)
    skull = random.uniform(3.0, 8.0)
    soft = (
        (skin > 0).float() * (1 - brain) * torch.maximum((skin < skull).float(), (places[..., 2] < -25).float() * 0.6)
    )
    tissue = {
        "white": white * brain,
        "cortex": grey * (1 - core) * brain,
        "deep": grey * core * brain,
        "fluid": fluid * brain + eyes * (1 - brain) * (skin > 5).float(),
        "soft": soft,
    }

    def over_thickness(values: Tensor) -> Tensor:
        return values.reshape(len(cut.positions), samples, SIZE, SIZE).mean(1)

    def share(mask: Optional[np.ndarray]) -> Tensor:
        if mask is None:
            return torch.zeros(len(cut.positions), SIZE, SIZE)
        found = sampled(torch.from_numpy(mask)[None], places, ATLAS_FIRST, ATLAS_MM)[0]
        return over_thickness(found * brain)

    middle = places.reshape(len(cut.positions), samples, SIZE, SIZE, 3)[:, samples // 2]
    atlas = torch.from_numpy(anatomy.territory.astype(np.float32))[None]
    territory = sampled(atlas, middle, ATLAS_FIRST, ATLAS_MM, "nearest")[0].numpy().astype(np.uint8)
    return Head(
        {name: over_thickness(value) for name, value in tissue.items()},
        over_thickness(depth),
        middle,
        share(fresh),
        share(old),
        territory,
        cut,
    )
