"""A small network on both halves of the head: for each side, with the other beside it, three probabilities and where."""
from typing import Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

import preprocess

SLABS = 19
POOL = 2  # pixels of the pictures that the first convolution sees
# HU windows: arteries in each cell's brightest pixel; everything in its mean, so that taken-out bone is told from brain
ARTERIES, EVERYTHING = (20.0, 420.0), (-100.0, 900.0)
HALF = 96  # columns of one side: 80 and 16 beyond the middle, for heads that lie askew
WIDTHS = (16, 48, 64)
CELL = 4  # pixels of one cell of the evidence map
ROWS, COLUMNS = preprocess.SHAPE[1] // CELL, HALF // CELL
PEAK_CELLS = 4
SEGMENTS = 3


def convolution(inputs: int, outputs: int, size: int = 3, stride: int = 1) -> nn.Sequential:
    layers = (
        nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )
    return nn.Sequential(*layers)


class Residual(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.first = convolution(inputs, outputs, 3, stride)
        self.second = nn.Sequential(nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(stride) if stride > 1 else nn.Identity(), nn.Conv2d(inputs, outputs, 1, bias=False)
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.second(self.first(x)) + self.shortcut(x))


class OcclusionNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        a, b, c = WIDTHS
        self.stem = convolution(2 * SLABS, a)
        self.pair = convolution(2 * a, b, 3, 2)
        self.level2, self.level3 = Residual(b, b), Residual(b, c, 2)
        self.deep = Residual(c, c)
        self.up = convolution(b + c, b, 1)
        self.map = nn.Conv2d(b, 2 * SEGMENTS, 1)
        nn.init.constant_(self.map.bias[:SEGMENTS], -4.0)
        self.dropout = nn.Dropout(0.3)
        self.verdict = nn.Linear(2 * c + b + SEGMENTS, SEGMENTS)
        row, column = torch.meshgrid(torch.arange(ROWS), torch.arange(COLUMNS), indexing="ij")
        self.register_buffer("row", (row.flatten() + 0.5) * CELL, persistent=False)
        self.register_buffer("column", (column.flatten() + 0.5) * CELL, persistent=False)

    def halves(self, brightest: Tensor, mean: Tensor) -> Tensor:
        """HU [N, 19, 64, 80] twice -> both sides [2 N, 38, 64, 48], the middle of the head always at the right."""
        pairs = ((brightest, ARTERIES), (mean, EVERYTHING))
        both = torch.cat([(x.clamp(*w) - w[0]) * (2.0 / (w[1] - w[0])) - 1.0 for x, w in pairs], dim=1)
        return torch.cat((both[..., : HALF // POOL], both.flip(3)[..., : HALF // POOL]), dim=0)

    def forward(self, slabs: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """HU [N, 19, 128, 160] -> as judge."""
        return self.judge(F.max_pool2d(slabs, POOL), F.avg_pool2d(slabs, POOL))

    def judge(self, brightest: Tensor, mean: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Verdict logits [N, 2, 3], evidence logits [N, 2, 3, 32, 24], depth in bins [N, 2, 3, 32, 24]; side 0 is image left."""
        count = brightest.shape[0]
        own = self.stem(self.halves(brightest, mean))
        other = torch.cat((own[count:], own[:count]), dim=0)
        one = self.pair(torch.cat((own, other), dim=1))
        two = self.level2(one)
        three = self.deep(self.level3(two))
        x = self.up(torch.cat((F.interpolate(three, scale_factor=2.0, mode="nearest"), two), 1))
        maps = self.map(x)
        evidence, depth = maps[:, :SEGMENTS], 40.0 + 20.0 * maps[:, SEGMENTS:]
        peak = evidence.flatten(2).topk(PEAK_CELLS, dim=2).values.mean(2)
        pooled = torch.cat((three.mean((2, 3)), three.amax((2, 3)), x.amax((2, 3)), peak.clamp(-12.0, 12.0)), 1)
        verdict = self.verdict(self.dropout(pooled)) + peak

        def sided(t: Tensor) -> Tensor:
            return torch.stack((t[:count], t[count:]), dim=1)

        return sided(verdict), sided(evidence), sided(depth)

    def site(self, evidence: Tensor, depth: Tensor) -> Tensor:
        """[N, 2, 3, 3]: bin, row, column of the block: the evidence's centre of gravity, sharpened."""
        share = torch.softmax(1.5 * evidence.flatten(3), dim=3)
        b, row, column = ((share * v).sum(3) for v in (depth.flatten(3), self.row, self.column))
        mirrored = torch.stack((column[:, 0], preprocess.SHAPE[2] - column[:, 1]), dim=1)
        return torch.stack((b, row, mirrored), dim=3)
