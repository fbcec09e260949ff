"""Small U-Net over three neighbouring slices of trace and ADC: infarct map, territory map, one probability a slice."""
from typing import Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from anatomy import TERRITORIES
from preprocess import SIZE

WIDTHS = (12, 24, 48, 64, 96)
PEAKS = (5, 20, 80)  # pixels: what a slice's own verdict knows of its map, 20 to 320 mm2
NEAR, FAR = 2.5, 6.0  # trace windows, in units of the series scale
ADC_WINDOW = (0.2, 1.8)  # 1e-3 mm2/s
SIDES = [0, 5, 6, 7, 8, 1, 2, 3, 4]  # territory classes of a mirrored picture


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


def fold(part: nn.Module) -> None:
    """Every normalisation put into the convolution before it, as at inference; what follows trains without any."""
    if isinstance(part, nn.Sequential) and len(part) > 1 and isinstance(part[1], nn.BatchNorm2d):
        part[0], part[1] = fuse_conv_bn_eval(part[0], part[1]), nn.Identity()
    for inner in part.children():
        fold(inner)


class InfarctNet(nn.Module):
    def __init__(self, folded: bool = False) -> None:
        super().__init__()
        a, b, c, d, e = WIDTHS
        self.stem = nn.Sequential(convolution(12, a), convolution(a, a))
        self.level1, self.level2 = Residual(a, b, 2), Residual(b, c, 2)
        self.level3, self.level4 = Residual(c, d, 2), Residual(d, e, 2)
        self.up3, self.up2, self.up1 = convolution(e + d, d), convolution(d + c, c), convolution(c + b, b)
        self.up0 = convolution(b + a, a)
        self.refine = convolution(a, a)
        self.map, self.territory = nn.Conv2d(a, 1, 1), nn.Conv2d(b, TERRITORIES, 1)
        self.dropout = nn.Dropout(0.2)
        self.verdict = nn.Linear(2 * e + a + len(PEAKS), 1)
        # where in the crop a pixel lies, -1 to 1: seen from the second cycle on
        axis = torch.linspace(-1.0, 1.0, SIZE)
        self.register_buffer("place", torch.stack(torch.meshgrid(axis, axis, indexing="ij"))[None])
        self.register_buffer("placed", torch.zeros(1))
        if folded:
            fold(self.eval())

    def windowed(self, dwi: Tensor) -> Tensor:
        trace, adc = dwi[:, :3], dwi[:, 3:]
        known = (adc[:, 1:2] >= 0).to(trace.dtype)
        low, high = ADC_WINDOW
        slow = ((adc * 1e-3).clamp(low, high) - low) * (2.0 / (high - low)) - 1.0
        near, far = trace.clamp(0.0, NEAR) - 1.0, trace.clamp(0.0, FAR) * (2.0 / FAR) - 1.0
        where = torch.zeros_like(trace[:, :2]) + self.middle(trace.shape[-2], trace.shape[-1]) * self.placed
        return torch.cat((near, far, slow * known, known, where), dim=1)

    def middle(self, rows: int, cols: int) -> Tensor:
        """The places of a picture cut about the crop's middle; training may cut, the pack never does."""
        top, left = (SIZE - rows) // 2, (SIZE - cols) // 2
        return self.place[..., top : top + rows, left : left + cols]

    def forward(self, dwi: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
        """Logits: map [N,1,H,W], territory [N,9,H/2,W/2], slice [N], and the mean of the map's peak pixels [N]."""
        zero = self.stem(self.windowed(dwi))
        one = self.level1(zero)
        two = self.level2(one)
        three = self.level3(two)
        four = self.level4(three)
        x = self.up3(torch.cat((self.twice(four), three), 1))
        x = self.up2(torch.cat((self.twice(x), two), 1))
        half = self.up1(torch.cat((self.twice(x), one), 1))
        x = self.refine(self.up0(torch.cat((self.twice(half), zero), 1)))
        logits = self.map(x)
        top = logits.flatten(1).topk(PEAKS[-1], dim=1).values
        peaks = torch.stack([top[:, :count].mean(1) for count in PEAKS], 1)
        pooled = torch.cat((four.mean((2, 3)), four.amax((2, 3)), x.amax((2, 3)), peaks.clamp(-12.0, 12.0)), 1)
        return logits, self.territory(half), self.verdict(self.dropout(pooled)).squeeze(1), peaks[:, 0]

    @staticmethod
    def twice(x: Tensor) -> Tensor:
        return F.interpolate(x, scale_factor=2.0, mode="nearest")
