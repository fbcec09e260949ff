"""The teacher's network (DeepMedic as BLAST-CT trained it), for measuring its time only; its weights are not shipped."""
from typing import List

import torch
from torch import Tensor, nn
from torch.nn import functional as F

FACTORS = (5, 3, 1)
MAPS = (30, 30, 40, 40, 40, 40, 50, 50)
OUTPUT = (75, 105, 75)  # mm of one tile's result: a multiple of 15 each way


class Block(nn.Module):
    """BatchNorm, PReLU, convolution; the centre of the input added where the widths agree."""

    def __init__(self, inputs: int, outputs: int, size: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.BatchNorm3d(inputs), nn.PReLU(), nn.Conv3d(inputs, outputs, size, bias=False))
        self.added, self.cut = inputs == outputs, size // 2

    def forward(self, x: Tensor) -> Tensor:
        out = self.layers(x)
        if not self.added:
            return out
        c = self.cut
        return out + (x[:, :, c:-c, c:-c, c:-c] if c else x)


def chain(widths: List[int], size: int) -> nn.Sequential:
    return nn.Sequential(*(Block(a, b, size) for a, b in zip(widths, widths[1:])))


class DeepMedic(nn.Module):
    """Tile of 1 mm HU scaled to [-1, 1] with 8 * 2 * 5 / 2 = 40 mm of context a side -> logits of its centre."""

    def __init__(self) -> None:
        super().__init__()
        self.paths = nn.ModuleList(chain([1, *MAPS], 3) for _ in FACTORS)
        self.final = chain([len(FACTORS) * MAPS[-1], 250, 250, 5], 1)

    def forward(self, tile: Tensor) -> Tensor:
        found = []
        for factor, path in zip(FACTORS, self.paths):
            margin = 40 - 8 * factor  # what this path needs less than the widest
            x = tile[:, :, margin:, margin:, margin:] if margin else tile
            x = x[:, :, : x.shape[2] - margin, : x.shape[3] - margin, : x.shape[4] - margin]
            half = factor // 2
            x = path(x[:, :, half::factor, half::factor, half::factor])
            found.append(F.interpolate(x, scale_factor=float(factor), mode="nearest") if factor > 1 else x)
        return self.final(torch.cat(found, 1))
