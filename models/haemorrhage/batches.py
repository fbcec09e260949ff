"""Training batches: real bleeding slices, drawn bleeds and clean slices, all augmented; one mixture for each cycle."""
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

REAL, DRAWN, CLEAN = 6, 4, 6  # slices of each kind in a batch
SURE_PIXELS = 20.0  # teacher's blood, in pixels, from which its map is believed entirely
LEAST_BELIEF = 0.05
# for the second map: what the teacher sees too, implanted in 3-D, drawn in one slice, clean, and cut anew
MAPPED = {"seen": 2, "implanted": 6, "clean anew": 3, "drawn": 1, "clean": 4}
SHARPENED = 1.5  # of a pixel's share of blood: thin blood in a sulcus fills few pixels, but is to be seen


@dataclass
class Batch:
    hu: Tensor  # [N,3,H,W]
    blood: Tensor  # [N,1,H,W] soft target
    belief: Tensor  # [N] weight of the map
    bleeds: Tensor  # [N]


Example = Tuple[np.ndarray, np.ndarray, float, float]  # hu, map, belief in the map, bleeds
NOTHING = np.zeros((preprocess.SIZE,) * 2, np.float32)


def believed(teacher: np.ndarray) -> float:
    return float(np.clip(teacher.sum() / SURE_PIXELS, LEAST_BELIEF, 1.0))


class Sampler:
    """The first cycle's mixture."""

    kinds: Tuple[str, ...] = tuple(implant.ALL)
    grain = 7.0  # HU, the most that a scanner's noise adds
    margin = (0, 0)  # rows and columns left out on each side

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
            kind = str(self.random.choice(self.kinds))
            result = implant.bleed(self.random, stacked(self.slices, row), self.depth(row), kind)
            if result is not None:
                return result

    def cleaned(self, row: int) -> np.ndarray:
        hu = stacked(self.slices, row)
        return implant.infarct(self.random, hu, self.depth(row)) if self.random.random() < 0.15 else hu

    def taught(self, row: int) -> Tuple[np.ndarray, np.ndarray]:
        """A real bleeding slice and the teacher's map of it."""
        teacher = preprocess.crop(self.slices.teacher[row], self.slices.origin[row], 0).astype(np.float32) / 255
        return stacked(self.slices, row), teacher

    def examples(self) -> Iterator[Example]:
        for row in self.choose(self.real, REAL):
            hu, teacher = self.taught(row)
            yield hu, teacher, believed(teacher), 1.0
        for _ in range(DRAWN):
            yield (*self.drawn(), 1.0, 1.0)
        for row in self.choose(self.clean, CLEAN):
            yield self.cleaned(int(row)), NOTHING, 1.0, 0.0

    def batch(self) -> Batch:
        images, maps, belief, bleeds = zip(*self.examples())
        hu, blood = torch.from_numpy(np.stack(images)), torch.from_numpy(np.stack(maps))[:, None]
        hu, blood = self.moved(hu, blood)
        top, left = self.margin
        window = np.s_[..., top : preprocess.SIZE - top, left : preprocess.SIZE - left]
        hu, blood = self.disturbed(hu[window]), blood[window].contiguous()
        return Batch(hu, blood, torch.tensor(belief), torch.tensor(bleeds))

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
        hu = (hu - 32.0) * draw(0.92, 1.08) + 32.0 + draw(-4, 4) + noise * draw(0, 1) ** 2 * self.grain
        return hu.clamp(preprocess.OUTSIDE_HU, preprocess.MAXIMUM_HU)


class MapSampler(Sampler):
    """The mixture of the second and third cycle: whole patients implanted, and slices cut as other scanners would."""

    kinds = tuple(implant.TRAUMATIC)
    grain = 12.0
    margin = (8, 16)  # air, nearly always: a quarter of the time

    def __init__(self, slices: Slices, bank: Bank, patients: np.ndarray, seed: int) -> None:
        super().__init__(slices, patients, seed)
        train, self.bank = np.isin(bank.patient, patients), bank
        seen = slices.teacher[self.real].reshape(len(self.real), -1).sum(1, dtype=np.int64) >= 255 * SURE_PIXELS
        self.seen = self.real[seen]
        self.pools = {
            "implanted": np.nonzero(train & bank.drawn)[0],
            "clean anew": np.nonzero(train & ~bank.bleeds)[0],
        }

    def examples(self) -> Iterator[Example]:
        for row in self.choose(self.seen, MAPPED["seen"]):
            yield (*self.taught(row), 1.0, 1.0)
        for name, pool in self.pools.items():
            for row in self.random.choice(pool, MAPPED[name], replace=False):
                blood = np.minimum(self.bank.blood[row].astype(np.float32) * (SHARPENED / 255), 1.0)
                yield self.bank.hu[row].astype(np.float32), blood, 1.0, float(self.bank.bleeds[row])
        for _ in range(MAPPED["drawn"]):
            yield (*self.drawn(), 1.0, 1.0)
        for row in self.choose(self.clean, MAPPED["clean"]):
            yield self.cleaned(int(row)), NOTHING, 1.0, 0.0
