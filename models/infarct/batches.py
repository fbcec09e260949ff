"""Training batches: slices with and without fresh infarct, mirrored, turned and disturbed."""
from dataclasses import dataclass
from typing import Tuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from dataset import LEAST_PIXELS, Slices, neighbours, stacked
from network import SIDES
from preprocess import ADC_MAXIMUM, ADC_MISSING, SIZE

POSITIVE, BESIDE, CLEAN = 8, 2, 6  # slices of each kind in a batch
EASY = 0.2  # weight that a slice keeps in the draw however well it is judged
BARE = 1.5  # weight of slices without ADC
ADC_LOST = 0.1  # more series whose ADC is taken away


@dataclass
class Batch:
    dwi: Tensor  # [N,6,H,W]
    fresh: Tensor  # [N,1,H,W] share of infarct
    territory: Tensor  # [N,H,W] class
    infarct: Tensor  # [N] 0 or 1
    sure: Tensor  # [N] weight of the slice's verdict
    rows: np.ndarray  # [N] which slices


class Sampler:
    def __init__(self, slices: Slices, seed: int) -> None:
        self.slices, self.random, self.chosen = slices, np.random.default_rng(seed), neighbours(slices)
        self.pixels = slices.pixels
        ill = np.unique(slices.patient[self.pixels > 0])
        self.positive = np.nonzero(self.pixels >= LEAST_PIXELS)[0]
        self.beside = np.nonzero((self.pixels < LEAST_PIXELS) & np.isin(slices.patient, ill))[0]
        self.clean = np.nonzero(~np.isin(slices.patient, ill))[0]
        # small pieces weigh more: large ones fill more slices; series without ADC are the harder ones
        self.weight = np.where(self.pixels < LEAST_PIXELS, 1.0, (self.pixels + 20.0) ** -0.25)
        self.weight[slices.adc[:, 0, 0] < 0] *= BARE
        self.hardness = np.ones(len(self.pixels))  # loss when last drawn

    def drawn(self, pool: np.ndarray, count: int) -> np.ndarray:
        weight = self.weight[pool] * (EASY + self.hardness[pool])
        return self.random.choice(pool, count, replace=False, p=weight / weight.sum())

    def learn(self, rows: np.ndarray, losses: np.ndarray) -> None:
        """Slices judged badly come again sooner."""
        self.hardness[rows] = np.clip(losses, 0.0, 3.0)

    def batch(self, cols: int = SIZE) -> Batch:
        """Pictures of `cols` columns about the crop's middle."""
        pools = ((self.positive, POSITIVE), (self.beside, BESIDE), (self.clean, CLEAN))
        rows = np.concatenate([self.drawn(pool, count) for pool, count in pools])
        dwi = torch.from_numpy(stacked(self.slices, self.chosen[rows]))
        fresh = torch.from_numpy(self.slices.fresh[rows].astype(np.float32) / 255)[:, None]
        territory = torch.from_numpy(self.slices.territory[rows].astype(np.int64))
        pixels = self.pixels[rows]
        dwi, fresh, territory = self.moved(dwi, fresh, territory, cols)
        infarct = torch.from_numpy((pixels >= LEAST_PIXELS).astype(np.float32))
        sure = torch.from_numpy(((pixels == 0) | (pixels >= LEAST_PIXELS)).astype(np.float32))
        return Batch(self.disturbed(dwi), fresh, territory, infarct, sure, rows)

    def moved(self, dwi: Tensor, fresh: Tensor, territory: Tensor, cols: int) -> Tuple[Tensor, Tensor, Tensor]:
        """Mirror, turn, scale and shift; below and above swapped or lost at random."""
        count, draw = len(dwi), self.random.uniform
        turn, scale = np.radians(draw(-10, 10, count)), draw(0.9, 1.1, (2, count))
        mirror = np.where(draw(size=count) < 0.5, -1.0, 1.0)
        theta = np.zeros((count, 2, 3), np.float32)
        theta[:, 0, 0], theta[:, 0, 1] = mirror * np.cos(turn) * scale[0], np.sin(turn) * scale[1]
        theta[:, 1, 0], theta[:, 1, 1] = -mirror * np.sin(turn) * scale[0], np.cos(turn) * scale[1]
        theta[:, :, 0] *= cols / SIZE
        theta[:, :, 2] = draw(-0.06, 0.06, (count, 2))
        grid = F.affine_grid(torch.from_numpy(theta), [count, 1, SIZE, cols], align_corners=False)
        known = (dwi[:, 4, 0, 0] >= 0)[:, None, None, None]
        both = F.grid_sample(torch.cat((dwi, fresh), 1), grid, align_corners=False)
        dwi, fresh = both[:, :6], both[:, 6:]
        dwi[:, 3:] = torch.where(known, dwi[:, 3:], torch.tensor(ADC_MISSING))
        names = F.grid_sample(territory[:, None].float(), grid, mode="nearest", align_corners=False)[:, 0].long()
        names = torch.where(torch.from_numpy(mirror < 0)[:, None, None], torch.tensor(SIDES)[names], names)
        for i in range(count):
            if self.random.random() < 0.5:
                dwi[i] = dwi[i, [2, 1, 0, 5, 4, 3]]
            if self.random.random() < 0.05:
                lost = 0 if self.random.random() < 0.5 else 2
                dwi[i, lost], dwi[i, lost + 3] = dwi[i, 1], dwi[i, 4]
        return dwi, fresh, names

    def disturbed(self, dwi: Tensor) -> Tensor:
        """Another scanner: scale, contrast, sharpness and grain; the ADC map lost at times."""
        count = len(dwi)
        draw = lambda low, high: torch.from_numpy(self.random.uniform(low, high, (count, 1, 1, 1)).astype(np.float32))
        trace, adc = dwi[:, :3], dwi[:, 3:]
        trace = torch.lerp(trace, F.avg_pool2d(trace, 3, 1, 1), draw(-0.4, 0.3)).clamp(min=0)
        trace = trace.clamp(min=1e-4) ** draw(0.85, 1.2) * draw(0.85, 1.15)
        noise = torch.from_numpy(self.random.standard_normal(trace.shape, dtype=np.float32))
        trace = (trace + noise * draw(0, 1) ** 2 * 0.08).abs()
        known = (adc[:, :1, :1, :1] >= 0) & (draw(0, 1) >= ADC_LOST)
        adc = torch.where(known, (adc * draw(0.9, 1.1)).clamp(0, ADC_MAXIMUM), torch.tensor(ADC_MISSING))
        return torch.cat((trace, adc), 1)
