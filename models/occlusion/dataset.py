"""Rendered phantoms -> arrays, and augmented training batches."""
import pathlib
from dataclasses import dataclass
from typing import Dict, List

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

import preprocess
from network import CELL, COLUMNS, POOL, ROWS, SEGMENTS, SLABS
from phantom import MARGIN

STEP_HU = 4.0  # of the packed slabs
SPARE = 2 * MARGIN // preprocess.STRIDE  # slabs more than the network sees
REACH_MM = 4.0  # of the target around a site
WIDTH = preprocess.SHAPE[2]


@dataclass
class Studies:
    slabs: np.ndarray  # [n, 2, 21, 64, 80] uint8: brightest and mean of 2 x 2 pixels
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
    slabs: Tensor  # [n, 2, 19, 64, 80] HU
    truth: Tensor  # [n, 2, 3]
    weight: Tensor  # [n, 2, 3]
    evidence: Tensor  # [n, 2, 3, 32, 24]
    depth: Tensor  # [n] bins, of the site


def pooled(slabs: np.ndarray) -> np.ndarray:
    """[n, 21, 128, 160] -> [n, 2, 21, 64, 80]: what the network's first step makes of them."""
    cells = slabs.reshape(*slabs.shape[:2], slabs.shape[2] // POOL, POOL, slabs.shape[3] // POOL, POOL)
    mean = np.rint(cells.mean((3, 5), dtype=np.float32)).astype(np.uint8)
    return np.stack([cells.max((3, 5)), mean], 1)


def load(folder: pathlib.Path, part: str) -> Studies:
    paths = sorted(folder.glob(f"{part}-*.npz"))
    if not paths:
        raise SystemExit(f"no phantoms of {part} in {folder}: run render.py")
    columns: Dict[str, List[np.ndarray]] = {key: [] for key in Studies.__dataclass_fields__}
    for path in paths:
        with np.load(path) as chunk:
            for key, column in columns.items():
                column.append(pooled(chunk[key]) if key == "slabs" else chunk[key])
    return Studies(**{key: np.concatenate(column) for key, column in columns.items()})


def middle(studies: Studies, rows: np.ndarray) -> Tensor:
    """HU of the unshifted slabs, [n, 2, 19, 64, 80]."""
    chosen = studies.slabs[rows][:, :, SPARE // 2 : SPARE // 2 + SLABS]
    return torch.from_numpy(chosen.astype(np.float32) * STEP_HU + preprocess.FLOOR_HU)


def full(folder: pathlib.Path, part: str, rows_of_chunk: int) -> np.ndarray:
    """HU [n, 19, 128, 160] of the first studies of every chunk, as the ONNX file takes them."""
    found = []
    for path in sorted(folder.glob(f"{part}-*.npz")):
        with np.load(path) as chunk:
            found.append(chunk["slabs"][:rows_of_chunk, SPARE // 2 : SPARE // 2 + SLABS])
    return np.concatenate(found).astype(np.float32) * np.float32(STEP_HU) + np.float32(preprocess.FLOOR_HU)


def labels(segment: np.ndarray, side: np.ndarray) -> tuple:
    truth, weight = np.zeros((len(side), 2, SEGMENTS), np.float32), np.ones((len(side), 2, SEGMENTS), np.float32)
    rows = np.nonzero(segment >= 0)[0]
    truth[rows, side[rows], segment[rows]] = 1
    weight[rows, side[rows], segment[rows]] = 2
    # a carotid clot may reach into M1: neither yes nor no
    carotid = np.nonzero(segment == 0)[0]
    weight[carotid, side[carotid], 1] = 0
    return truth, weight


class Sampler:
    """Random shifts, turns, sizes, brightness, noise and mirroring."""

    def __init__(self, studies: Studies, seed: int, size: int = 16) -> None:
        self.studies, self.size, self.random = studies, size, np.random.default_rng(seed)

    def batch(self) -> Batch:
        random, s, n = self.random, self.studies, self.size
        rows = random.integers(len(s.side), size=n)
        first = random.integers(SPARE + 1, size=n)
        packed = np.stack([s.slabs[r, :, f : f + SLABS] for r, f in zip(rows, first)])
        x = torch.from_numpy(packed.astype(np.float32)).flatten(1, 2)
        side, site = s.side[rows].copy(), s.site[rows].copy()
        site[:, 0] += MARGIN - preprocess.STRIDE * first
        x, site = self.moved(x, site)
        flipped = random.random(n) < 0.5
        x[flipped] = x[flipped].flip(3)
        site[flipped, 2] = WIDTH - site[flipped, 2]
        side = np.where(flipped & (side >= 0), 1 - side, side)
        hu = self.spoiled(x * STEP_HU + preprocess.FLOOR_HU).unflatten(1, (2, SLABS))
        truth, weight = labels(s.segment[rows], side)
        evidence = self.targets(s.segment[rows], side, site)
        return Batch(hu, *(torch.from_numpy(a) for a in (truth, weight, evidence, site[:, 0].astype(np.float32))))

    def moved(self, x: Tensor, site: np.ndarray) -> tuple:
        """Turn up to 8 degrees, size 0.92 to 1.08, shift up to 6 mm, in the plane; outside is the floor."""
        random, n = self.random, self.size
        angle, size = random.uniform(-0.14, 0.14, n), random.uniform(0.92, 1.08, n)
        shift = random.uniform(-6, 6, (n, 2))  # row, column
        half = np.array([x.shape[2], x.shape[3]]) * POOL / 2
        cos, sin = np.cos(angle) / size, np.sin(angle) / size
        # affine_grid asks for output -> input in units of half a picture, x (column) before y (row)
        theta = np.zeros((n, 2, 3))
        theta[:, 0, 0], theta[:, 0, 1], theta[:, 0, 2] = cos, -sin * half[0] / half[1], shift[:, 1] / half[1]
        theta[:, 1, 0], theta[:, 1, 1], theta[:, 1, 2] = sin * half[1] / half[0], cos, shift[:, 0] / half[0]
        grid = F.affine_grid(torch.from_numpy(theta.astype(np.float32)), list(x.shape), align_corners=False)
        away = site[:, 1:] - half - shift
        determinant = cos**2 + sin**2
        column = (cos * away[:, 1] + sin * away[:, 0]) / determinant
        row = (-sin * away[:, 1] + cos * away[:, 0]) / determinant
        site = np.stack([site[:, 0], row + half[0], column + half[1]], 1)
        return F.grid_sample(x, grid, align_corners=False), site

    def spoiled(self, hu: Tensor) -> Tensor:
        n = self.size
        gain = torch.from_numpy(self.random.uniform(0.75, 1.25, (n, 1, 1, 1)).astype(np.float32))
        offset = torch.from_numpy(self.random.uniform(-12, 12, (n, 1, 1, 1)).astype(np.float32))
        seen = hu > preprocess.FLOOR_HU + 2
        level = torch.from_numpy(self.random.uniform(0, 12, (n, 1, 1, 1)).astype(np.float32))
        noisy = 50 + (hu - 50) * gain + offset + level * torch.randn(hu.shape)
        return torch.where(seen, noisy, hu).clamp(preprocess.FLOOR_HU, preprocess.CEILING_HU)

    def targets(self, segment: np.ndarray, side: np.ndarray, site: np.ndarray) -> np.ndarray:
        evidence = np.zeros((self.size, 2, SEGMENTS, ROWS, COLUMNS), np.float32)
        rows, columns = (np.arange(ROWS) + 0.5) * CELL, (np.arange(COLUMNS) + 0.5) * CELL
        for k in np.nonzero(segment >= 0)[0]:
            column = site[k, 2] if side[k] == 0 else WIDTH - site[k, 2]
            far = (rows[:, None] - site[k, 1]) ** 2 + (columns[None] - column) ** 2
            evidence[k, side[k], segment[k]] = np.exp(-far / (2 * REACH_MM**2))
        return evidence
