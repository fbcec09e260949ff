"""Rendered phantoms -> arrays, and augmented training batches."""
import pathlib
from dataclasses import dataclass
from typing import Dict, List, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

import preprocess
from phantom import MARGIN
from network import SEGMENTS, SLABS, Grid
from render import COUNTS

STEP_HU = 4.0  # of the packed slabs
SPARE = 2 * MARGIN // preprocess.STRIDE  # slabs more than the network sees
WIDTH = preprocess.SHAPE[2]
# how often a batch draws no occlusion, ICA-T, M1, M2; whatever the phantoms' counts
DRAWN = {-1: 0.46, 0: 0.19, 1: 0.22, 2: 0.13}


@dataclass
class Studies:
    slabs: np.ndarray  # [n, 21, 128, 160] uint8
    subject: np.ndarray
    side: np.ndarray  # 0 patient's right, 1 left, -1 none
    segment: np.ndarray  # 0 ICA-T, 1 M1, 2 M2, -1 none
    filling: np.ndarray
    site: np.ndarray  # [n, 3] bin, row, column
    contrast: np.ndarray
    arterial: np.ndarray
    resemblances: np.ndarray


@dataclass
class Batch:
    slabs: Tensor  # [n, slabs, rows, columns] HU of the grid's window
    truth: Tensor  # [n, 2, 3]
    weight: Tensor  # [n, 2, 3]
    evidence: Tensor  # [n, 2, 3, *grid.cells]
    depth: Tensor  # [n] bins, of the site


def load(folder: pathlib.Path, part: str, chunks: int) -> Studies:
    paths = [folder / f"{part}-{k:03d}.npz" for k in range(chunks)]
    columns: Dict[str, List[np.ndarray]] = {key: [] for key in Studies.__dataclass_fields__}
    for path in paths:
        if not path.exists():
            raise SystemExit(f"{path} is missing: run render.py")
        with np.load(path) as chunk:
            for key, column in columns.items():
                column.append(chunk[key])
    return Studies(**{key: np.concatenate(column) for key, column in columns.items()})


def together(one: Studies, other: Studies) -> Studies:
    return Studies(**{key: np.concatenate([value, getattr(other, key)]) for key, value in vars(one).items()})


def validation(folder: pathlib.Path) -> Studies:
    """All phantoms of the validation subjects but those for the threshold alone."""
    return together(*(load(folder, part, COUNTS[part]) for part in ("validation", "more")))


def middle(studies: Studies, rows: Sequence[int]) -> Tensor:
    """HU of the unshifted slabs, [n, 19, 128, 160], as the ONNX file takes them."""
    chosen = studies.slabs[rows][:, SPARE // 2 : SPARE // 2 + SLABS]
    return torch.from_numpy(chosen.astype(np.float32) * np.float32(STEP_HU) + np.float32(preprocess.FLOOR_HU))


def labels(segment: np.ndarray, side: np.ndarray, filling: np.ndarray) -> tuple:
    """Well-filled occlusions, the hard ones, weigh up to 2.5, others from 1.5; all else 1."""
    truth, weight = np.zeros((len(side), 2, SEGMENTS), np.float32), np.ones((len(side), 2, SEGMENTS), np.float32)
    rows = np.nonzero(segment >= 0)[0]
    truth[rows, side[rows], segment[rows]] = 1
    weight[rows, side[rows], segment[rows]] = 1.5 + filling[rows]
    # a carotid clot may reach into M1: neither yes nor no
    carotid = np.nonzero(segment == 0)[0]
    weight[carotid, side[carotid], 1] = 0
    return truth, weight


class Sampler:
    """Random shifts, turns, sizes, brightness, kernels, noise and mirroring."""

    def __init__(self, studies: Studies, random: np.random.Generator, grid: Grid, size: int = 16) -> None:
        self.studies, self.size, self.random, self.grid = studies, size, random, grid
        share = np.zeros(len(studies.side))
        for segment, wanted in DRAWN.items():
            mine = studies.segment == segment
            share[mine] = wanted / mine.sum()
        self.share = share / share.sum()

    def batch(self) -> Batch:
        random, s, n = self.random, self.studies, self.size
        rows = random.choice(len(s.side), n, p=self.share)
        first = random.integers(SPARE + 1, size=n)
        top, count = self.grid.top, self.grid.slabs
        x = torch.from_numpy(np.stack([s.slabs[r, f + top : f + top + count] for r, f in zip(rows, first)])).float()
        side, site = s.side[rows].copy(), s.site[rows].copy()
        site[:, 0] += MARGIN - preprocess.STRIDE * first
        x, site = self.moved(x, site)
        flipped = random.random(n) < 0.5
        x[flipped] = x[flipped].flip(3)
        site[flipped, 2] = WIDTH - site[flipped, 2]
        side = np.where(flipped & (side >= 0), 1 - side, side)
        hu = self.spoiled(x * STEP_HU + preprocess.FLOOR_HU)
        truth, weight = labels(s.segment[rows], side, s.filling[rows])
        evidence = self.targets(s.segment[rows], side, site)
        depth = site[:, 0].astype(np.float32)
        return Batch(hu, *(torch.from_numpy(a) for a in (truth, weight, evidence, depth)))

    def moved(self, x: Tensor, site: np.ndarray) -> tuple:
        """Turn up to 8 degrees, size 0.92 to 1.08, shift up to 6 mm, in the plane; outside is the floor."""
        random, n = self.random, self.size
        angle, size = random.uniform(-0.14, 0.14, n), random.uniform(0.92, 1.08, n)
        shift = random.uniform(-6, 6, (n, 2))  # row, column
        half = np.array([x.shape[2], x.shape[3]]) / 2
        cos, sin = np.cos(angle) / size, np.sin(angle) / size
        # affine_grid asks for output -> input in units of half a picture, x (column) before y (row)
        theta = np.zeros((n, 2, 3))
        theta[:, 0, 0], theta[:, 0, 1], theta[:, 0, 2] = cos, -sin * half[0] / half[1], shift[:, 1] / half[1]
        theta[:, 1, 0], theta[:, 1, 1], theta[:, 1, 2] = sin * half[1] / half[0], cos, shift[:, 0] / half[0]
        grid = self.places(half) @ torch.from_numpy(theta.astype(np.float32)).transpose(1, 2)
        away = site[:, 1:] - half - shift
        determinant = cos**2 + sin**2
        column = (cos * away[:, 1] + sin * away[:, 0]) / determinant
        row = (-sin * away[:, 1] + cos * away[:, 0]) / determinant
        site = np.stack([site[:, 0], row + half[0], column + half[1]], 1)
        rows, columns = self.grid.window()
        shape = (n, rows.stop - rows.start, columns.stop - columns.start, 2)
        return F.grid_sample(x, grid.reshape(shape), align_corners=False), site

    def places(self, half: np.ndarray) -> Tensor:
        """Columns, rows and ones of the window's pixels, in units of half a picture, [pixels, 3]."""
        rows, columns = self.grid.window()
        row, column = np.mgrid[rows, columns] + 0.5
        units = np.stack([column.ravel() / half[1] - 1, row.ravel() / half[0] - 1, np.ones(row.size)], 1)
        return torch.from_numpy(units.astype(np.float32))

    def uniform(self, low: float, high: float) -> Tensor:
        return torch.from_numpy(self.random.uniform(low, high, (self.size, 1, 1, 1)).astype(np.float32))

    def spoiled(self, hu: Tensor) -> Tensor:
        """Bolus and voltage (0.74 to 1.35 of the contrast), kernel (from sharper to softer), noise up to 14 HU."""
        seen = hu > preprocess.FLOOR_HU + 2
        soft = F.avg_pool2d(hu, 3, 1, 1, count_include_pad=False)
        kernel, gain, offset = self.uniform(-0.35, 0.5), self.uniform(-0.3, 0.3).exp(), self.uniform(-12, 12)
        changed = 50 + (hu + kernel * (soft - hu) - 50) * gain + offset + self.uniform(0, 14) * torch.randn(hu.shape)
        return torch.where(seen, changed, hu).clamp(preprocess.FLOOR_HU, preprocess.CEILING_HU)

    def targets(self, segment: np.ndarray, side: np.ndarray, site: np.ndarray) -> np.ndarray:
        evidence = np.zeros((self.size, 2, SEGMENTS, *self.grid.cells), np.float32)
        rows, columns = self.grid.centres()
        for k in np.nonzero(segment >= 0)[0]:
            column = site[k, 2] if side[k] == 0 else WIDTH - site[k, 2]
            far = (rows[:, None] - site[k, 1]) ** 2 + (columns[None] - column) ** 2
            evidence[k, side[k], segment[k]] = np.exp(-far / (2 * self.grid.reach_mm**2))
        return evidence
