"""The map's last layers as ONNX Runtime does them sooner, in widths that its blocked convolutions take: the same numbers."""
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from network import Fine

BLOCK = 16


class Aligned(nn.Module):
    """The first convolution parted into features and pixels, the last into a point's nine shares and their sum."""

    def __init__(self, fine: Fine) -> None:
        super().__init__()
        (first, normal, _), last = fine
        scale = normal.weight / torch.sqrt(normal.running_var + normal.eps)
        weight, outputs, features = first.weight * scale[:, None, None, None], first.out_channels, first.in_channels - 3
        self.features = nn.Conv2d(features, BLOCK, 3, 1, 1)
        self.pixels = nn.Conv2d(3, BLOCK, 3, 1, 1, bias=False)
        self.shares = nn.Conv2d(BLOCK, 9, 1, bias=False)
        for parameter in self.parameters():
            nn.init.zeros_(parameter)
        self.features.weight.data[:outputs] = weight[:, :features].data
        self.features.bias.data[:outputs] = (normal.bias - normal.running_mean * scale).data
        self.pixels.weight.data[:outputs] = weight[:, features:].data
        self.shares.weight.data[:, :outputs, 0, 0] = last.weight.data[0].reshape(outputs, 9).T
        self.bias = float(last.bias)

    def forward(self, x: Tensor, own: Tensor) -> Tensor:
        shares = F.pad(self.shares(F.relu(self.features(x) + self.pixels(own))), (1, 1, 1, 1))
        rows, cols = own.shape[2], own.shape[3]
        total = shares[:, 0:1, :rows, :cols] + self.bias
        for k in range(1, 9):
            down, right = divmod(k, 3)
            total = total + shares[:, k : k + 1, down : down + rows, right : right + cols]
        return total
