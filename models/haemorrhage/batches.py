"""Training batches: real bleeding slices, bleeds put in, and clean slices, all augmented."""
from dataclasses import dataclass
from typing import Iterator, Tuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

import implant
import preprocess
from dataset import Slices, stacked
from implanted import Bank
from network import MARGIN

# Slices of each kind in a batch: as they are, cut anew, with blood put in in 3-D (half of them cut anew), drawn, or taken
# from another patient. As many of those cut anew bleed as of the others: or the look of interpolation would clear a slice.
MIXTURE = {"real": 3, "real anew": 3, "implanted": 6, "drawn": 2, "transplanted": 1, "clean": 5, "clean anew": 4}
LABELS = {"real": 5, "real anew": 3, "implanted": 0, "drawn": 2, "transplanted": 1, "clean": 6, "clean anew": 4}
TWINS = {"real": 2, "real anew": 1, "implanted": 4, "drawn": 1, "transplanted": 1, "clean": 2, "clean anew": 2}
SURE_PIXELS = 20.0  # teacher's blood, in pixels, from which its map is believed entirely, and taught as plain to see
LEAST_BELIEF = 0.05
SHARPENED = 1.5  # of a pixel's share of blood: thin blood in a sulcus fills few pixels, but is to be seen
GRAIN_HU = 12.0  # the most that a scanner's noise adds
INFARCTED = 0.15  # share of clean slices in which a dark area is drawn


@dataclass
class Batch:
    hu: Tensor  # [N,3,H,W], channels last
    blood: Tensor  # [N,1,H,W] soft target
    belief: Tensor  # [N] weight of the map that shows it
    plain: Tensor  # [N] 1 where what the map shows is plain to see, or there is nothing to see
    bleeds: Tensor  # [N]


Example = Tuple[np.ndarray, np.ndarray, float, float, float]  # hu, map, belief in the map, plain to see, bleeds
NOTHING = np.zeros((preprocess.SIZE,) * 2, np.float32)


def real(hu: np.ndarray, teacher: np.ndarray) -> Example:
    """A slice that the radiologists call bleeding, with the teacher's share of blood in it."""
    pixels = teacher.sum()
    belief = float(np.clip(pixels / SURE_PIXELS, LEAST_BELIEF, 1.0))
    return hu, teacher, belief, float(pixels >= SURE_PIXELS), 1.0


class Sampler:
    """Batches of the slices of some patients."""

    mixture = MIXTURE

    def __init__(self, slices: Slices, bank: Bank, patients: np.ndarray, seed: int) -> None:
        self.slices, self.bank, self.random = slices, bank, np.random.default_rng(seed)
        train, cut = np.isin(slices.patient, patients), np.isin(bank.patient, patients)
        self.real = np.nonzero(train & slices.bleeds)[0]
        self.clean = np.nonzero(train & ~slices.bleeds)[0]
        self.seen = self.real[[self.teacher(row)[1].sum() >= SURE_PIXELS for row in self.real]]
        brain = slices.depth[self.clean].reshape(len(self.clean), -1).max(1) > 25
        bleeding = np.unique(slices.patient[self.real])
        self.canvas = self.clean[brain & ~np.isin(slices.patient[self.clean], bleeding)]
        self.pools = {
            "real anew": np.nonzero(cut & bank.bleeds & ~bank.drawn)[0],
            "implanted": np.nonzero(cut & bank.drawn)[0],
            "clean anew": np.nonzero(cut & ~bank.bleeds)[0],
        }

    def choose(self, rows: np.ndarray, count: int) -> np.ndarray:
        """Patients with many slices weigh more, but only by the root of their number."""
        _, patient, sizes = np.unique(self.slices.patient[rows], return_inverse=True, return_counts=True)
        weight = 1.0 / np.sqrt(sizes[patient])
        return self.random.choice(rows, count, replace=False, p=weight / weight.sum())

    def around(self, row: int) -> Tuple[int, int, int]:
        return self.slices.below[row], row, self.slices.above[row]

    def cropped(self, values: np.ndarray, row: int) -> np.ndarray:
        """[3, size, size] `values` of a slice and its neighbours, cut where the slice is; 0 beyond."""
        return np.stack([preprocess.crop(values[i], self.slices.origin[row], 0) for i in self.around(row)])

    def depth(self, row: int) -> np.ndarray:
        return self.cropped(self.slices.depth, row)

    def teacher(self, row: int) -> np.ndarray:
        """[3, size, size] the teacher's share of blood in a slice and its neighbours, where the radiologists agree."""
        agreed = self.slices.bleeds[list(self.around(row))][:, None, None]
        return (self.cropped(self.slices.teacher, row) * agreed).astype(np.float32) / 255

    def drawn(self) -> Tuple[np.ndarray, np.ndarray]:
        while True:
            row = int(self.choose(self.canvas, 1)[0])
            kind = str(self.random.choice(list(implant.TRAUMATIC)))
            result = implant.bleed(self.random, stacked(self.slices, row), self.depth(row), kind)
            if result is not None:
                return result

    def transplanted(self) -> Tuple[np.ndarray, np.ndarray]:
        while True:
            giver, taker = int(self.choose(self.seen, 1)[0]), int(self.choose(self.canvas, 1)[0])
            given = stacked(self.slices, giver), self.teacher(giver)
            result = implant.transplant(self.random, *given, stacked(self.slices, taker), self.depth(taker))
            if result is not None:
                return result

    def cleaned(self, row: int) -> np.ndarray:
        hu = stacked(self.slices, row)
        return implant.infarct(self.random, hu, self.depth(row)) if self.random.random() < INFARCTED else hu

    def banked(self, row: int) -> Example:
        hu, drawn = self.bank.hu[row].astype(np.float32), self.bank.drawn[row]
        blood = self.bank.blood[row].astype(np.float32) / 255
        if drawn:
            return hu, np.minimum(blood * SHARPENED, 1.0), 1.0, 1.0, 1.0
        if not self.bank.bleeds[row]:
            return hu, NOTHING, 1.0, 1.0, 0.0
        return real(hu, blood)

    def examples(self) -> Iterator[Example]:
        for row in self.choose(self.real, self.mixture["real"]):
            yield real(stacked(self.slices, row), self.teacher(row)[1])
        for name, pool in self.pools.items():
            for row in self.random.choice(pool, self.mixture[name], replace=False):
                yield self.banked(int(row))
        for _ in range(self.mixture["drawn"]):
            yield (*self.drawn(), 1.0, 1.0, 1.0)
        for _ in range(self.mixture["transplanted"]):
            yield (*self.transplanted(), 1.0, 1.0, 1.0)
        for row in self.choose(self.clean, self.mixture["clean"]):
            yield self.cleaned(int(row)), NOTHING, 1.0, 1.0, 0.0

    def batch(self) -> Batch:
        images, maps, *numbers = zip(*self.examples())
        hu, blood = self.moved(torch.from_numpy(np.stack(images)), torch.from_numpy(np.stack(maps))[:, None])
        top, left = MARGIN
        window = np.s_[..., top : preprocess.SIZE - top, left : preprocess.SIZE - left]
        hu = self.disturbed(hu[window]).contiguous(memory_format=torch.channels_last)
        return Batch(hu, blood[window].contiguous(), *map(torch.tensor, numbers))

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
        hu = (hu - 32.0) * draw(0.92, 1.08) + 32.0 + draw(-4, 4) + noise * draw(0, 1) ** 2 * GRAIN_HU
        return hu.clamp(preprocess.OUTSIDE_HU, preprocess.MAXIMUM_HU)


class LabelSampler(Sampler):
    """Nothing implanted: what only the radiologists know weighs most."""

    mixture = LABELS


class TwinSampler(Sampler):
    """Every slice twice, one after the other, each moved and disturbed in its own way."""

    mixture = TWINS

    def examples(self) -> Iterator[Example]:
        for example in super().examples():
            yield example
            yield example
