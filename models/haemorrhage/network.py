"""Small U-Net over three neighbouring slices: one blood map and one probability a slice."""
from typing import Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Levels = Tuple[Tensor, Tensor, Tensor, Tensor]  # features at 1/2, 1/4, 1/8 and 1/16 of the grid

# HU windows seen side by side: blood against brain, soft tissue at large, bone and air
WINDOWS = ((10.0, 80.0), (-40.0, 160.0), (-400.0, 1400.0))
WIDTHS = (16, 32, 64, 96)
PEAK_PIXELS = 24  # about 47 mm2: what a slice's own verdict needs of its map
SURE_PIXELS = 8  # of the second map's peak, which only training looks at
BONE_HU = 120.0  # what has this right above or below isn't blood but bone that fades into the slice
NO_BLOOD = 30.0  # taken off the map's logit there
MARGIN = (8, 16)  # rows and columns of the crop that hold no brain: left out on each side
DEEPEST = 16  # pixels of the grid in one of the deepest level
AREA_FROM, AREA_STEEPNESS = 1.1, 4.0  # map logit (probability 0.75) from which a pixel counts as blood plain to see


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
        same = inputs == outputs and stride == 1
        self.shortcut = (
            nn.Identity()
            if same
            else nn.Sequential(
                nn.AvgPool2d(stride) if stride > 1 else nn.Identity(), nn.Conv2d(inputs, outputs, 1, bias=False)
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.second(self.first(x)) + self.shortcut(x))


def twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def smoothly(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


class HaemorrhageNet(nn.Module):
    """The first cycle: a map and a verdict a slice. Its map, shuffled together from quarters, is grainy."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        # half resolution from the start: a 2.8 mm grid whose channels keep the 1.4 mm detail
        self.stem = convolution(3 * len(WINDOWS), a, 5, 2)
        self.level1, self.level2 = Residual(a, a), Residual(a, b, 2)
        self.level3, self.level4 = Residual(b, c, 2), Residual(c, d, 2)
        self.up3, self.up2, self.up1 = convolution(d + c, c), convolution(c + b, b), convolution(b + a, a)
        self.refine = convolution(a, a)
        self.map = nn.Conv2d(a, 4, 1)
        self.dropout = nn.Dropout(0.3)
        self.verdict = nn.Linear(2 * d + a + 1, 1)

    def windowed(self, hu: Tensor) -> Tensor:
        scaled = [(hu * (2 / (high - low)) - (2 * low / (high - low) + 1)).clamp(-1, 1) for low, high in WINDOWS]
        return torch.cat(scaled, dim=1)

    def encoded(self, hu: Tensor) -> Levels:
        one = self.level1(self.stem(self.windowed(hu)))
        two = self.level2(one)
        three = self.level3(two)
        return one, two, three, self.level4(three)

    def decoded(self, levels: Levels) -> Tensor:
        """Features at half resolution."""
        one, two, three, four = levels
        x = self.up3(torch.cat((twice(four), three), 1))
        x = self.up2(torch.cat((twice(x), two), 1))
        return self.refine(self.up1(torch.cat((twice(x), one), 1)))

    def judged(self, levels: Levels) -> Tuple[Tensor, Tensor, Tensor]:
        x, four = self.decoded(levels), levels[3]
        logits = F.pixel_shuffle(self.map(x), 2)
        peak = logits.flatten(1).topk(PEAK_PIXELS, dim=1).values.mean(1)
        pooled = torch.cat((four.mean((2, 3)), four.amax((2, 3)), x.amax((2, 3)), peak[:, None].clamp(-12.0, 12.0)), 1)
        return logits, self.verdict(self.dropout(pooled)).squeeze(1), peak

    def forward(self, hu: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Logits: map [N,1,H,W], slice [N], and the mean of the map's peak pixels [N]."""
        return self.judged(self.encoded(hu))


class Mapper(nn.Module):
    """The second cycle: another decoder over the first cycle's features, for blood plain to see; resized, not shuffled."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        self.up3, self.up2, self.up1 = convolution(d + c, c), convolution(c + b, b), convolution(b + a, a)
        self.refine = convolution(a, a)
        self.coarse = nn.Conv2d(a, 1, 1)

    def inherit(self, first: HaemorrhageNet) -> None:
        """Begin as the first decoder, its quarters averaged."""
        for name in ("up3", "up2", "up1", "refine"):
            getattr(self, name).load_state_dict(getattr(first, name).state_dict())
        self.coarse.weight.data.copy_(first.map.weight.data.mean(0, keepdim=True))
        self.coarse.bias.data.copy_(first.map.bias.data.mean(0, keepdim=True))

    def decoded(self, levels: Levels) -> Tensor:
        """Features at half resolution."""
        one, two, three, four = levels
        x = self.up3(torch.cat((twice(four), three), 1))
        x = self.up2(torch.cat((twice(x), two), 1))
        return self.refine(self.up1(torch.cat((twice(x), one), 1)))

    def forward(self, levels: Levels, hu: Tensor) -> Tensor:
        """Map logits [N,1,H,W]; far below nought where bone lies right above or below."""
        fading = (torch.maximum(hu[:, 0:1], hu[:, 2:3]) > BONE_HU).float()
        return smoothly(self.coarse(self.decoded(levels))) - NO_BLOOD * fading


class Triage(nn.Module):
    """Verdict and second map together: what is judged, exported and shipped.

    Only the middle of the crop is read: around it is air, for which `border` stands in the deepest features' mean.
    """

    border: Tensor

    def __init__(self, first: HaemorrhageNet, mapper: Mapper, border: Tensor) -> None:
        super().__init__()
        self.first, self.mapper = first, mapper
        self.register_buffer("border", border)

    def forward(self, hu: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Map logits [N,1,H,W], slice verdict [N], and the logarithm of the pixels plainly blood [N]."""
        (top, left), first = MARGIN, self.first
        cells = hu.shape[2] * hu.shape[3] / DEEPEST**2
        hu = hu[:, :, top : hu.shape[2] - top, left : hu.shape[3] - left]
        levels = first.encoded(hu)
        four = levels[3]
        held = four.shape[2] * four.shape[3] / cells
        x = first.decoded(levels)
        peak = first.map(x).flatten(1).topk(PEAK_PIXELS, dim=1).values.mean(1)
        mean = four.mean((2, 3)) * held + self.border * (1 - held)
        pooled = torch.cat((mean, four.amax((2, 3)), x.amax((2, 3)), peak[:, None].clamp(-12.0, 12.0)), 1)
        verdict = first.verdict(pooled).squeeze(1)
        logits = self.mapper(levels, hu)
        plain = ((logits - AREA_FROM) * AREA_STEEPNESS).sigmoid().sum((1, 2, 3))
        return F.pad(logits, (left, left, top, top), value=-NO_BLOOD), verdict, (plain + 1.0).log()


def border_of(first: HaemorrhageNet, hu: Tensor) -> Tensor:
    """The mean of the deepest features [d] in the margin of whole crops [N,3,H,W]."""
    top, left = MARGIN
    whole = first.encoded(hu)[3]
    middle = first.encoded(hu[:, :, top : hu.shape[2] - top, left : hu.shape[3] - left])[3]
    cells = whole.shape[2] * whole.shape[3] - middle.shape[2] * middle.shape[3]
    return ((whole.sum((2, 3)) - middle.sum((2, 3))) / cells).mean(0)
