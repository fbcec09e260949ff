"""Small U-Net over three neighbouring slices: one blood map and one probability a slice."""
from typing import Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# HU windows seen side by side: blood against brain, soft tissue at large, bone and air
WINDOWS = ((10.0, 80.0), (-40.0, 160.0), (-400.0, 1400.0))
WIDTHS = (16, 32, 64, 96)
PEAK_PIXELS = {1: 24, 2: 12}  # about 47 and 24 mm2: what a slice's own verdict needs of its map, by cycle


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


class Shuffled(nn.Module):
    """The first cycle's map: four numbers a coarse pixel, shuffled into its quarters. Grainy."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.map = nn.Conv2d(inputs, 4, 1)

    def forward(self, x: Tensor, hu: Tensor) -> Tensor:
        return F.pixel_shuffle(self.map(x), 2)


class Resized(nn.Module):
    """The second cycle's map: resized smoothly, then sharpened by the slice's own pixels."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.coarse = nn.Conv2d(inputs, 1, 1)
        self.fine = nn.Sequential(convolution(inputs + 1, 8), nn.Conv2d(8, 1, 1))
        nn.init.zeros_(self.fine[1].weight)
        nn.init.zeros_(self.fine[1].bias)

    def forward(self, x: Tensor, hu: Tensor) -> Tensor:
        low, high = WINDOWS[0]
        own = (hu[:, 1:2].clamp(low, high) - low) * (2.0 / (high - low)) - 1.0
        x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        return self.coarse(x) + self.fine(torch.cat((x, own), 1))

    def inherit(self, earlier: Shuffled) -> None:
        """Begin as the mean of the shuffled quarters."""
        self.coarse.weight.data.copy_(earlier.map.weight.data.mean(0, keepdim=True))
        self.coarse.bias.data.copy_(earlier.map.bias.data.mean(0, keepdim=True))


class HaemorrhageNet(nn.Module):
    def __init__(self, cycle: int = 2) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        # half resolution from the start: a 2.8 mm grid whose channels keep the 1.4 mm detail
        self.stem = convolution(3 * len(WINDOWS), a, 5, 2)
        self.level1, self.level2 = Residual(a, a), Residual(a, b, 2)
        self.level3, self.level4 = Residual(b, c, 2), Residual(c, d, 2)
        self.up3, self.up2, self.up1 = convolution(d + c, c), convolution(c + b, b), convolution(b + a, a)
        self.refine = convolution(a, a)
        self.head = Shuffled(a) if cycle == 1 else Resized(a)
        self.dropout = nn.Dropout(0.3)
        self.verdict = nn.Linear(2 * d + a + 1, 1)
        self.peak_pixels = PEAK_PIXELS[cycle]
        # blood plain to the map calls the slice, whatever the rest says
        self.plain = nn.Linear(1, 1) if cycle == 2 else None
        if self.plain is not None:
            nn.init.ones_(self.plain.weight)
            nn.init.constant_(self.plain.bias, -2.0)

    def windowed(self, hu: Tensor) -> Tensor:
        scaled = [(hu.clamp(low, high) - low) * (2.0 / (high - low)) - 1.0 for low, high in WINDOWS]
        return torch.cat(scaled, dim=1)

    def forward(self, hu: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Logits: map [N,1,H,W], slice [N], and the mean of the map's peak pixels [N]."""
        one = self.level1(self.stem(self.windowed(hu)))
        two = self.level2(one)
        three = self.level3(two)
        four = self.level4(three)
        x = self.up3(torch.cat((self.twice(four), three), 1))
        x = self.up2(torch.cat((self.twice(x), two), 1))
        x = self.refine(self.up1(torch.cat((self.twice(x), one), 1)))
        logits = self.head(x, hu)
        peak = logits.flatten(1).topk(self.peak_pixels, dim=1).values.mean(1)
        pooled = torch.cat((four.mean((2, 3)), four.amax((2, 3)), x.amax((2, 3)), peak[:, None].clamp(-12.0, 12.0)), 1)
        verdict = self.verdict(self.dropout(pooled)).squeeze(1)
        if self.plain is not None:
            verdict = verdict + F.softplus(self.plain(peak[:, None])).squeeze(1)
        return logits, verdict, peak

    @staticmethod
    def twice(x: Tensor) -> Tensor:
        return F.interpolate(x, scale_factor=2.0, mode="nearest")
