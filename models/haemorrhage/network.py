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
SURE_PIXELS = 12  # of the second map's peak, which only training looks at
BONE_HU = 120.0  # what has this right above or below isn't blood but bone that fades into the slice
NO_BLOOD = 30.0  # taken off the map's logit there
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
        scaled = [(hu.clamp(low, high) - low) * (2.0 / (high - low)) - 1.0 for low, high in WINDOWS]
        return torch.cat(scaled, dim=1)

    def encoded(self, hu: Tensor) -> Levels:
        one = self.level1(self.stem(self.windowed(hu)))
        two = self.level2(one)
        three = self.level3(two)
        return one, two, three, self.level4(three)

    def judged(self, levels: Levels) -> Tuple[Tensor, Tensor, Tensor]:
        one, two, three, four = levels
        x = self.up3(torch.cat((twice(four), three), 1))
        x = self.up2(torch.cat((twice(x), two), 1))
        x = self.refine(self.up1(torch.cat((twice(x), one), 1)))
        logits = F.pixel_shuffle(self.map(x), 2)
        peak = logits.flatten(1).topk(PEAK_PIXELS, dim=1).values.mean(1)
        pooled = torch.cat((four.mean((2, 3)), four.amax((2, 3)), x.amax((2, 3)), peak[:, None].clamp(-12.0, 12.0)), 1)
        return logits, self.verdict(self.dropout(pooled)).squeeze(1), peak

    def forward(self, hu: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Logits: map [N,1,H,W], slice [N], and the mean of the map's peak pixels [N]."""
        return self.judged(self.encoded(hu))


class Fine(nn.Sequential):
    """What the slices' own pixels add to the map."""

    def __init__(self, features: int) -> None:
        super().__init__(convolution(features + 3, 12), nn.Conv2d(12, 1, 3, 1, 1))
        nn.init.zeros_(self[1].weight)
        nn.init.zeros_(self[1].bias)

    def forward(self, x: Tensor, own: Tensor) -> Tensor:
        return super().forward(torch.cat((x, own), 1))


class Mapper(nn.Module):
    """The second cycle: another decoder over the first cycle's features, for blood plain to see; resized, not shuffled."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        self.up3, self.up2, self.up1 = convolution(d + c, c), convolution(c + b, b), convolution(b + a, a)
        self.refine = convolution(a, a)
        self.coarse = nn.Conv2d(a, 1, 1)
        self.fine = Fine(a)

    def inherit(self, first: HaemorrhageNet) -> None:
        """Begin as the first decoder, its quarters averaged."""
        for name in ("up3", "up2", "up1", "refine"):
            getattr(self, name).load_state_dict(getattr(first, name).state_dict())
        self.coarse.weight.data.copy_(first.map.weight.data.mean(0, keepdim=True))
        self.coarse.bias.data.copy_(first.map.bias.data.mean(0, keepdim=True))

    def forward(self, levels: Levels, hu: Tensor) -> Tensor:
        """Map logits [N,1,H,W]: smooth from the features, sharpened by the three slices' own pixels."""
        one, two, three, four = levels
        x = self.up3(torch.cat((twice(four), three), 1))
        x = self.up2(torch.cat((twice(x), two), 1))
        x = self.refine(self.up1(torch.cat((twice(x), one), 1)))
        low, high = WINDOWS[0]
        own = (hu.clamp(low, high) - low) * (2.0 / (high - low)) - 1.0
        x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        return self.coarse(x) + self.fine(x, own)


class Triage(nn.Module):
    """Both cycles together: what is judged, exported and shipped."""

    def __init__(self, first: HaemorrhageNet, mapper: Mapper) -> None:
        super().__init__()
        self.first, self.mapper = first, mapper

    def forward(self, hu: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Map logits [N,1,H,W], slice verdict [N], and the logarithm of the pixels plainly blood [N]."""
        levels = self.first.encoded(hu)
        _, verdict, _ = self.first.judged(levels)
        fading = (torch.maximum(hu[:, 0:1], hu[:, 2:3]) > BONE_HU).float()
        logits = self.mapper(levels, hu) - NO_BLOOD * fading
        plain = ((logits - AREA_FROM) * AREA_STEEPNESS).sigmoid().sum((1, 2, 3))
        return logits, verdict, (plain + 1.0).log()
