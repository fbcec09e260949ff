"""Small U-Net over three neighbouring slices, with two decoders: one for the verdict, one for blood plain to see."""
from typing import NamedTuple, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Levels = Tuple[Tensor, Tensor, Tensor, Tensor]  # features at 1/2, 1/4, 1/8 and 1/16 of the grid

# HU windows seen side by side: blood against brain, soft tissue at large, bone and air
WINDOWS = ((10.0, 80.0), (-40.0, 160.0), (-400.0, 1400.0))
WIDTHS = (16, 32, 64, 96)
PEAK_PIXELS = 24  # about 47 mm2: what the verdict needs of its own map
PLAIN_PEAK_PIXELS = 8  # of the plain map's peak, which only training looks at
BONE_HU = 120.0  # what has this right above or below isn't blood but bone that fades into the slice
NO_BLOOD = 30.0  # taken off the plain map's logit there
MARGIN = (8, 16)  # rows and columns of the crop that hold no brain: left out on each side
AREA_FROM, AREA_STEEPNESS = 1.1, 4.0  # plain map logit (probability 0.75) from which a pixel counts as blood plain to see


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


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        # half resolution from the start: a 2.8 mm grid whose channels keep the 1.4 mm detail
        self.stem = convolution(3 * len(WINDOWS), a, 5, 2)
        self.level1, self.level2 = Residual(a, a), Residual(a, b, 2)
        self.level3, self.level4 = Residual(b, c, 2), Residual(c, d, 2)

    def windowed(self, hu: Tensor) -> Tensor:
        scaled = [(hu * (2 / (high - low)) - (2 * low / (high - low) + 1)).clamp(-1, 1) for low, high in WINDOWS]
        return torch.cat(scaled, dim=1)

    def forward(self, hu: Tensor) -> Levels:
        one = self.level1(self.stem(self.windowed(hu)))
        two = self.level2(one)
        three = self.level3(two)
        return one, two, three, self.level4(three)


class Decoder(nn.Module):
    """Features [N,16,H/2,W/2]."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        self.up3, self.up2, self.up1 = convolution(d + c, c), convolution(c + b, b), convolution(b + a, a)
        self.refine = convolution(a, a)

    def forward(self, levels: Levels) -> Tensor:
        one, two, three, four = levels
        x = self.up3(torch.cat((twice(four), three), 1))
        x = self.up2(torch.cat((twice(x), two), 1))
        return self.refine(self.up1(torch.cat((twice(x), one), 1)))


class Opinion(NamedTuple):
    """Logits of what is read of N slices."""

    suspected: Tensor  # [N,1,H,W] the verdict's own map, shuffled together from quarters and so grainy
    peak: Tensor  # [N] mean of its highest pixels
    verdict: Tensor  # [N]
    plain: Tensor  # [N,1,H,W] blood plain to see; far below nought where bone lies right above or below

    def area(self) -> Tensor:
        """[N] the logarithm of the pixels plainly blood, and one."""
        return (((self.plain - AREA_FROM) * AREA_STEEPNESS).sigmoid().sum((1, 2, 3)) + 1.0).log()


class Triage(nn.Module):
    """One encoder, two decoders: a verdict that knows the radiologists' labels, a map that knows how much and where."""

    def __init__(self) -> None:
        super().__init__()
        a, _, _, d = WIDTHS
        self.encoder, self.suspicion, self.outline = Encoder(), Decoder(), Decoder()
        self.quarters, self.coarse = nn.Conv2d(a, 4, 1), nn.Conv2d(a, 1, 1)
        self.dropout = nn.Dropout(0.3)
        self.verdict = nn.Linear(2 * d + a + 1, 1)

    def opinion(self, hu: Tensor) -> Opinion:
        """Of HU without the margin."""
        levels = self.encoder(hu)
        x, four = self.suspicion(levels), levels[3]
        suspected = F.pixel_shuffle(self.quarters(x), 2)
        peak = suspected.flatten(1).topk(PEAK_PIXELS, dim=1).values.mean(1)
        pooled = torch.cat((four.mean((2, 3)), four.amax((2, 3)), x.amax((2, 3)), peak[:, None].clamp(-12.0, 12.0)), 1)
        verdict = self.verdict(self.dropout(pooled)).squeeze(1)
        fading = (torch.maximum(hu[:, 0:1], hu[:, 2:3]) > BONE_HU).float()
        plain = smoothly(self.coarse(self.outline(levels))) - NO_BLOOD * fading
        return Opinion(suspected, peak, verdict, plain)

    def forward(self, hu: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Of whole crops: plain map's logits [N,1,H,W], verdict [N] and area [N]."""
        top, left = MARGIN
        said = self.opinion(hu[:, :, top : hu.shape[2] - top, left : hu.shape[3] - left])
        return F.pad(said.plain, (left, left, top, top), value=-NO_BLOOD), said.verdict, said.area()
