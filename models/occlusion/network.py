"""A network on both halves of the head: for each side, with the other beside it, three probabilities and where.

Two parts. The context sees everything at half the resolution: how well a tree fills. The close look sees the carotid end
and the middle artery's trunk pixel by pixel: the gap itself, which is all that is left where collaterals fill the tree.
"""
from typing import NamedTuple, Tuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import preprocess

SLABS = 19
SEGMENTS = 3
HALF = 96  # columns of one side: 80 and 16 beyond the middle, for heads that lie askew


class Grid(NamedTuple):
    """What one of the two parts sees, and the cells of the evidence map of one half of the head that it draws."""

    top: int  # first slab
    slabs: int
    first: Tuple[int, int]  # row and column of its corner in the block; the other half's is mirrored
    cell: int  # pixels
    cells: Tuple[int, int]
    reach_mm: float  # of what counts as found around a site
    peak: int  # cells whose mean counts

    def window(self) -> Tuple[slice, slice]:
        """Rows and columns of both halves together."""
        row, column = self.first
        return slice(row, row + self.cell * self.cells[0]), slice(column, preprocess.SHAPE[2] - column)

    def centres(self) -> Tuple[np.ndarray, np.ndarray]:
        rows, columns = (first + (np.arange(n) + 0.5) * self.cell for first, n in zip(self.first, self.cells))
        return rows, columns

    def depths(self) -> np.ndarray:
        """Bins of the slabs' middles."""
        return (self.top + np.arange(self.slabs)) * preprocess.STRIDE + preprocess.SLAB / 2


# the context: HU windows of arteries in each cell's brightest pixel; of everything in its mean, to tell taken-out bone
POOL = 2
ARTERIES, EVERYTHING = (20.0, 420.0), (-100.0, 900.0)
WIDTHS = (16, 48, 64)
DEPTH, DEPTH_UNIT = 40.0, 20.0  # bins: what 0 and 1 of its map's depth stand for
COARSE = Grid(0, SLABS, (0, 0), 4, (preprocess.SHAPE[1] // 4, HALF // 4), 4.0, 4)
# the close look: where the clots of all training phantoms lie, and 8 mm and more around
CLOSE = Grid(6, 13, (16, 24), 2, (32, 32), 3.0, 6)
CLOSE_WIDTHS = (24, 48)


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


def swapped(own: Tensor) -> Tensor:
    """[2 N, …], side 0 of all before side 1 of all -> the other side of each."""
    count = own.shape[0] // 2
    return torch.cat((own[count:], own[:count]), dim=0)


def sided(x: Tensor) -> Tensor:
    """[2 N, …] -> [N, 2, …]."""
    count = x.shape[0] // 2
    return torch.stack((x[:count], x[count:]), dim=1)


def halves(x: Tensor, columns: int) -> Tensor:
    """[N, c, rows, all columns] -> both sides [2 N, c, rows, columns], the middle of the head always at the right."""
    return torch.cat((x[..., :columns], x.flip(3)[..., :columns]), dim=0)


def peak_of(evidence: Tensor, cells: int) -> Tensor:
    return evidence.flatten(2).topk(cells, dim=2).values.mean(2)


class Context(nn.Module):
    """Everything, coarsely."""

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

    def forward(self, slabs: Tensor) -> Tuple[Tensor, Tensor]:
        """HU [N, 19, 128, 160] -> of 2 N sides: verdict logits [3], maps [6, 32, 24]."""
        brightest, mean = F.max_pool2d(slabs, POOL), F.avg_pool2d(slabs, POOL)
        pairs = ((brightest, ARTERIES), (mean, EVERYTHING))
        both = torch.cat([(x.clamp(*w) - w[0]) * (2.0 / (w[1] - w[0])) - 1.0 for x, w in pairs], dim=1)
        own = self.stem(halves(both, HALF // POOL))
        two = self.level2(self.pair(torch.cat((own, swapped(own)), dim=1)))
        three = self.deep(self.level3(two))
        x = self.up(torch.cat((F.interpolate(three, scale_factor=2.0, mode="nearest"), two), 1))
        maps = self.map(x)
        peak = peak_of(maps[:, :SEGMENTS], COARSE.peak)
        pooled = torch.cat((three.mean((2, 3)), three.amax((2, 3)), x.amax((2, 3)), peak.clamp(-12.0, 12.0)), 1)
        return self.verdict(self.dropout(pooled)) + peak, maps


def with_neighbours(x: Tensor, depth: int) -> Tensor:
    """[n * depth, c, …] -> [n * depth, 3 c, …]: the slab above, each slab, the slab below; nought beyond."""
    slabs = x.reshape(-1, depth, *x.shape[1:])
    nothing = torch.zeros_like(slabs[:, :1])
    above, below = torch.cat((nothing, slabs[:, :-1]), 1), torch.cat((slabs[:, 1:], nothing), 1)
    return torch.cat((above.flatten(0, 1), x, below.flatten(0, 1)), 1)


class Deep(nn.Module):
    """Across the slabs, then in the plane, beside a shortcut."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.across = convolution(3 * width, width, 1)
        self.plane = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.plane(self.across(with_neighbours(x, CLOSE.slabs))) + x)


class CloseLook(nn.Module):
    """The carotid end, the trunk and its divisions, pixel by pixel and slab by slab, every slab with the same eyes."""

    def __init__(self) -> None:
        super().__init__()
        b, c = CLOSE_WIDTHS
        self.stem = convolution(3 * POOL**2, b)
        self.pair, self.level2 = convolution(2 * b, b, 1), Deep(b)
        self.level3 = nn.Sequential(convolution(b, c, 3, 2), Deep(c), Deep(c))
        self.up = convolution(b + c, b, 1)
        self.map = nn.Conv2d(b, SEGMENTS, 1)
        nn.init.constant_(self.map.bias, -4.0)
        self.dropout = nn.Dropout(0.3)
        self.verdict = nn.Linear(2 * c + b + SEGMENTS, SEGMENTS)

    @staticmethod
    def seen(x: Tensor) -> Tensor:
        """HU -> arteries within -1 … 1, bone a little above, taken-out bone below."""
        low, high = ARTERIES
        shade = (x.clamp(low, high) - low) * (2.0 / (high - low)) - 1.0
        return shade + 0.003 * (x.clamp(max=low) - low) + 0.0003 * (x.clamp(min=high) - high)

    def forward(self, window: Tensor) -> Tuple[Tensor, Tensor]:
        """HU [N, 13, 64, 112] of CLOSE's window -> of 2 N sides: verdict logits [3], evidence [3, 13, 32, 32]."""
        slabs = halves(self.seen(window), CLOSE.cell * CLOSE.cells[1]).flatten(0, 1)[:, None]
        # four pixels side by side as channels: half the resolution that forgets nothing
        own = self.stem(F.pixel_unshuffle(with_neighbours(slabs, CLOSE.slabs), POOL))
        two = self.level2(self.pair(torch.cat((own, swapped(own)), dim=1)))
        three = self.level3(two)
        x = self.up(torch.cat((F.interpolate(three, scale_factor=2.0, mode="nearest"), two), 1))
        evidence = self.map(x).reshape(-1, CLOSE.slabs, SEGMENTS, *CLOSE.cells).transpose(1, 2)
        peak = peak_of(evidence, CLOSE.peak)
        most = lambda y: y.amax((2, 3)).reshape(-1, CLOSE.slabs, y.shape[1]).amax(1)
        mean = three.mean((2, 3)).reshape(-1, CLOSE.slabs, three.shape[1]).mean(1)
        pooled = torch.cat((mean, most(three), most(x), peak.clamp(-12.0, 12.0)), 1)
        return self.verdict(self.dropout(pooled)) + peak, evidence


class OcclusionNet(nn.Module):
    """Both, trained apart; their logits are weighed in the calibration."""

    def __init__(self) -> None:
        super().__init__()
        self.context, self.close = Context(), CloseLook()
        place = np.stack([v.ravel() for v in np.meshgrid(CLOSE.depths(), *CLOSE.centres(), indexing="ij")])
        self.register_buffer("place", torch.from_numpy(place).float(), persistent=False)

    def forward(self, slabs: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """HU [N, 19, 128, 160] -> logits of the context and of the close look [N, 2, 3], evidence [N, 2, 3, 13, 32, 32]; side 0 is image left."""
        rows, columns = CLOSE.window()
        coarse, _ = self.context(slabs)
        close, evidence = self.close(slabs[:, CLOSE.top : CLOSE.top + CLOSE.slabs, rows, columns])
        return sided(coarse), sided(close), sided(evidence)

    def site(self, evidence: Tensor) -> Tensor:
        """[N, 2, 3, 3]: bin, row, column of the block: the evidence's centre of gravity, sharpened."""
        share = torch.softmax(1.5 * evidence.flatten(3), dim=3)
        b, row, column = ((share * v).sum(3) for v in self.place)
        mirrored = torch.stack((column[:, 0], preprocess.SHAPE[2] - column[:, 1]), dim=1)
        return torch.stack((b, row, mirrored), dim=3)
