"""The cycles of training: what each teaches, and for how long."""
import math
import pathlib
from dataclasses import dataclass
from typing import Callable, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from batches import Batch
from network import SURE_PIXELS, HaemorrhageNet, Mapper

SMOOTHING, PEAK_WEIGHT, BLOOD_WEIGHT = 0.04, 0.3, 10.0
SURE_SMOOTHING, SURE_PEAK_WEIGHT, SURE_BLOOD_WEIGHT, PIXEL_WEIGHT = 0.003, 0.4, 1.0, 20.0
WARM_UP = 0.08
SUREST = 12.0  # logit of the second map beyond which nothing is learnt
Loss = Callable[[Batch], Tensor]


@dataclass(frozen=True)
class Cycle:
    number: int
    steps: int
    peak_rate: float
    average: float  # share that the averaged weights keep each step

    def rate(self, step: int) -> float:
        warm = WARM_UP * self.steps
        falling = 0.5 * (1 + math.cos(math.pi * (step - warm) / (self.steps - warm)))
        return self.peak_rate * (step / warm if step < warm else falling)

    def weights(self, out: pathlib.Path, name: str) -> pathlib.Path:
        return out / f"cycle{self.number}" / f"{name}.pt"


FIRST, SECOND, THIRD = Cycle(1, 1400, 3e-3, 0.995), Cycle(2, 300, 3e-3, 0.97), Cycle(3, 300, 2e-3, 0.97)


def averaged(path: pathlib.Path) -> dict:
    return torch.load(path, map_location="cpu")["average"]


def overlap_loss(logits: Tensor, batch: Batch, blood_weight: float, pixel_weight: float) -> Tensor:
    """Weighted cross-entropy of the pixels and soft Dice of the bleeding slices, as far as the map is believed."""
    pixel = F.binary_cross_entropy_with_logits(logits, batch.blood, reduction="none") * (1 + blood_weight * batch.blood)
    probability = logits.sigmoid()
    shared, total = (probability * batch.blood).sum((1, 2, 3)), (probability + batch.blood).sum((1, 2, 3))
    dice = (1 - (2 * shared + 5) / (total + 5)) * batch.bleeds
    return (batch.belief * (pixel_weight * pixel.mean((1, 2, 3)) + dice)).mean()


def softened(bleeds: Tensor, smoothing: float) -> Tensor:
    return bleeds * (1 - 2 * smoothing) + smoothing


def first_cycle() -> Tuple[nn.Module, Loss]:
    """Map and verdict, from the radiologists' labels, the teacher and slices with a bleed drawn in."""
    model = HaemorrhageNet().to(memory_format=torch.channels_last)

    def loss(batch: Batch) -> Tensor:
        logits, verdict, peak = model(batch.hu.contiguous(memory_format=torch.channels_last))
        target = softened(batch.bleeds, SMOOTHING)
        said = F.binary_cross_entropy_with_logits(verdict, target)
        # the radiologists' label teaches the map too, where the teacher sees nothing
        peaked = F.binary_cross_entropy_with_logits(peak, target)
        return overlap_loss(logits, batch, BLOOD_WEIGHT, 4.0) + said + PEAK_WEIGHT * peaked

    return model, loss


def map_cycle(first_weights: pathlib.Path, before: Optional[pathlib.Path]) -> Tuple[nn.Module, Loss]:
    """The second map over the first cycle's features, which stay as they are: blood plain to see, and how much.

    It begins as the map of the cycle `before`, or as the first map.
    """
    first, mapper = HaemorrhageNet(), Mapper()
    first.load_state_dict(averaged(first_weights))
    first.eval().to(memory_format=torch.channels_last)
    if before is None:
        mapper.inherit(first)
    else:
        mapper.load_state_dict(averaged(before))
    mapper.to(memory_format=torch.channels_last)

    def loss(batch: Batch) -> Tensor:
        with torch.no_grad():
            levels = first.encoded(batch.hu.contiguous(memory_format=torch.channels_last))
        logits = mapper(levels, batch.hu)
        # what fades from bone is no blood, whatever the map says of it: nothing to learn from
        logits = logits.clamp_min(-SUREST)
        peak = logits.flatten(1).topk(SURE_PIXELS, dim=1).values.mean(1)
        peaked = F.binary_cross_entropy_with_logits(peak, softened(batch.bleeds, SURE_SMOOTHING))
        return overlap_loss(logits, batch, SURE_BLOOD_WEIGHT, PIXEL_WEIGHT) + SURE_PEAK_WEIGHT * peaked

    return mapper, loss
