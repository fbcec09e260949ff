"""Training batches: real bleeding slices, drawn bleeds and clean slices, all augmented."""
from dataclasses import dataclass
from typing import List, Tuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

import implant
import preprocess
from dataset import Slices, stacked

REAL, DRAWN, CLEAN = 6, 4, 6  # slices of each kind in a batch
SURE_PIXELS = 20.0  # teacher's blood, in pixels, from which its map is believed entirely
LEAST_BELIEF = 0.05


@dataclass
class Batch:
    hu: Tensor  # [N,3,H,W]
    blood: Tensor  # [N,1,H,W] soft target
    belief: Tensor  # [N] weight of the map
    bleeds: Tensor  # [N]


class Sampler:
    def __init__(self, slices: Slices, patients: np.ndarray, seed: int) -> None:
        self.slices, self.random = slices, np.random.default_rng(seed)
        train = np.isin(slices.patient, patients)
        self.real = np.nonzero(train & slices.bleeds)[0]
        self.clean = np.nonzero(train & ~slices.bleeds)[0]
        bleeding = np.unique(slices.patient[self.real])
        brain = slices.depth[self.clean].reshape(len(self.clean), -1).max(1) > 25
        self.canvas = self.clean[brain & ~np.isin(slices.patient[self.clean], bleeding)]

    def choose(self, rows: np.ndarray, count: int) -> np.ndarray:
        """Patients with many slices weigh more, but only by the root of their number."""
        _, patient, sizes = np.unique(self.slices.patient[rows], return_inverse=True, return_counts=True)
        weight = 1.0 / np.sqrt(sizes[patient])
        return self.random.choice(rows, count, replace=False, p=weight / weight.sum())

    def depth(self, row: int) -> np.ndarray:
        chosen = (self.slices.below[row], row, self.slices.above[row])
        return np.stack([preprocess.crop(self.slices.depth[i], self.slices.origin[row], 0) for i in chosen])

    def drawn(self) -> Tuple[np.ndarray, np.ndarray]:
        while True:
            row = int(self.choose(self.canvas, 1)[0])
            kind = str(self.random.choice(list(implant.ALL)))
            result = implant.bleed(self.random, stacked(self.slices, row), self.depth(row), kind)
            if result is not None:
                return result

    def cleaned(self, row: int) -> np.ndarray:
        hu = stacked(self.slices, row)
        return implant.infarct(self.random, hu, self.depth(row)) if self.random.random() < 0.15 else hu

    def batch(self) -> Batch:
        images: List[np.ndarray] = []
        maps: List[np.ndarray] = []
        belief: List[float] = []
        for row in self.choose(self.real, REAL):
            teacher = preprocess.crop(self.slices.teacher[row], self.slices.origin[row], 0).astype(np.float32) / 255
            images.append(stacked(self.slices, row))
            maps.append(teacher)
            belief.append(float(np.clip(teacher.sum() / SURE_PIXELS, LEAST_BELIEF, 1.0)))
        for _ in range(DRAWN):
            hu, blood = self.drawn()
            images.append(hu)
            maps.append(blood)
            belief.append(1.0)
        for row in self.choose(self.clean, CLEAN):
            images.append(self.cleaned(int(row)))
            maps.append(np.zeros((preprocess.SIZE,) * 2, np.float32))
            belief.append(1.0)
        hu, blood = torch.from_numpy(np.stack(images)), torch.from_numpy(np.stack(maps))[:, None]
        bleeds = torch.tensor([1.0] * (REAL + DRAWN) + [0.0] * CLEAN)
        hu, blood = self.moved(hu, blood)
        return Batch(self.disturbed(hu), blood, torch.tensor(belief), bleeds)

    def moved(self, hu: Tensor, blood: Tensor) -> Tuple[Tensor, Tensor]:
        """Mirror, turn, scale, shear and shift; below and above swapped or lost at random."""
        count, draw = len(hu), self.random.uniform
        turn, scale = np.radians(draw(-25, 25, count)), draw(0.88, 1.12, (2, count))
        mirror, shear = np.sign(draw(-1, 1, count)), draw(-0.08, 0.08, count)
        theta = np.zeros((count, 2, 3), np.float32)
        theta[:, 0, 0], theta[:, 0, 1] = mirror * np.cos(turn) * scale[0], np.sin(turn) * scale[1] + shear
        theta[:, 1, 0], theta[:, 1, 1] = -mirror * np.sin(turn) * scale[0], np.cos(turn) * scale[1]
        theta[:, :, 2] = draw(-0.08, 0.08, (count, 2))
        grid = F.affine_grid(torch.from_numpy(theta), list(blood.shape), align_corners=False)
        air = preprocess.OUTSIDE_HU
        both = F.grid_sample(torch.cat((hu - air, blood), 1), grid, align_corners=False)
        hu, blood = both[:, :3] + air, both[:, 3:]
        for i in range(count):
            if self.random.random() < 0.5:
                hu[i] = hu[i].flip(0)
            if self.random.random() < 0.1:
                hu[i, 0 if self.random.random() < 0.5 else 2] = hu[i, 1]
        return hu, blood

    def disturbed(self, hu: Tensor) -> Tensor:
        """Another scanner: offset, contrast, sharpness and grain."""
        count = len(hu)
        draw = lambda low, high: torch.from_numpy(self.random.uniform(low, high, (count, 1, 1, 1)).astype(np.float32))
        blurred = F.avg_pool2d(hu, 3, 1, 1, count_include_pad=False)
        hu = torch.lerp(hu, blurred, draw(-0.4, 0.7))
        noise = torch.from_numpy(self.random.standard_normal(hu.shape, dtype=np.float32))
        noise = torch.lerp(noise, F.avg_pool2d(noise, 3, 1, 1) * 2, draw(0, 1))
        hu = (hu - 32.0) * draw(0.92, 1.08) + 32.0 + draw(-4, 4) + noise * draw(0, 1) ** 2 * 7.0
        return hu.clamp(preprocess.OUTSIDE_HU, preprocess.MAXIMUM_HU)
