"""Signals of a drawn head: T2-weighted and diffusion-weighted pictures from tissue shares, lesions and their likes."""
from dataclasses import dataclass
from typing import Dict, Tuple

import numpy as np
import torch
from torch import Tensor

from head import Head, smooth

Random = np.random.Generator
# Ranges drawn from, a head at a time: signal without diffusion weighting (white matter about 1), ADC in 1e-3 mm2/s
RANGES: Dict[str, Tuple[Tuple[float, float], Tuple[float, float]]] = {
    "white": ((0.85, 1.15), (0.60, 0.86)),
    "cortex": ((1.00, 1.50), (0.70, 1.00)),
    "deep": ((0.65, 1.25), (0.62, 0.90)),
    "fluid": ((1.5, 4.0), (2.2, 3.4)),
    "soft": ((0.0, 0.7), (0.2, 1.8)),
}
# Eastwood et al., AJNR 2003;24:680 (92 patients): in the first 63 hours the trace picture of an infarct is 10^0.24 = 1.74
# times its control region's, 10^0.11 of it from T2 and 10^0.13 (ADC lower by 0.30e-3 mm2/s) from diffusion.
T2_LOG10, T2_SPREAD = 0.11, 0.08
ADC_DROP = (0.12, 0.30, 0.50)  # least, likeliest, most, 1e-3 mm2/s: ratios of ADC between 0.4 and 0.85
LEAST_RATIO = 1.25  # the outlines were drawn by readers who saw the infarct


@dataclass
class Signals:
    b0: Tensor  # [slices, SIZE, SIZE]
    trace: Tensor  # at b
    b: float  # s/mm2
    fresh: Tensor  # share of the pixel that is tissue with fresh infarct: the truth


def fresh_factors(random: Random, b: float) -> Tuple[float, float]:
    """Of signal at b = 0 and of the trace picture, against the tissue before: T2 a little up, ADC well down."""
    while True:
        t2 = 10 ** random.normal(T2_LOG10, T2_SPREAD)
        ratio = t2 * np.exp(b / 1000 * random.triangular(*ADC_DROP))
        if ratio >= LEAST_RATIO:
            return t2, float(ratio)


def old_factors(random: Random, b: float, adc_known: bool) -> Tuple[float, float]:
    """Old scars and shine-through: ADC up. Without an ADC map a bright one could not be told from a fresh one."""
    if random.random() < 0.5:
        t2, rise = random.uniform(1.3, 2.6), random.uniform(0.5, 1.8)  # scar, cavity
    else:
        t2, rise = random.uniform(1.3, 2.2), random.uniform(0.1, 0.6)  # gliosis that shines through
    ratio = t2 * np.exp(-b / 1000 * rise)
    limit = 1.6 if adc_known else 1.15
    return (t2, float(ratio)) if ratio < limit else (t2 * limit / ratio, limit)


def patches(random: Random, head: Head, nodes: int, share: float) -> Tensor:
    """Soft patches that cover about `share` of the picture."""
    field = smooth(random, tuple(head.depth.shape), (max(2, len(head.depth) // 2), nodes, nodes))[0]
    edge = torch.quantile(field.flatten()[::97], 1 - share)
    return ((field - edge) / 0.3).clamp(0, 1)


def mixed(head: Head, random: Random, b: float) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """Tissue's and other signals, each at b = 0 and at b."""
    parts = {"brain": [torch.zeros_like(head.depth)] * 2, "other": [torch.zeros_like(head.depth)] * 2}
    for name, ((low, high), (slow, fast)) in RANGES.items():
        base, adc = random.uniform(low, high), random.uniform(slow, fast)
        if name == "soft":
            base = base * (0.4 + patches(random, head, 30, 0.5))
        whole = head.tissue[name] * base
        side = "other" if name in ("fluid", "soft") else "brain"
        parts[side] = [parts[side][0] + whole, parts[side][1] + whole * float(np.exp(-b / 1000 * adc))]
    return (*parts["brain"], *parts["other"])


def painted(random: Random, head: Head, adc_known: bool) -> Signals:
    b = 1000.0 if random.random() < 0.6 else random.uniform(800, 1200)
    brain0, brainb, other0, otherb = mixed(head, random, b)
    shape = tuple(head.depth.shape)
    # tissue differs from place to place: T2, ADC, and fibres whose trace isn't even
    t2 = 1 + 0.08 * smooth(random, shape, (6, 9, 9))[0] + 0.06 * smooth(random, shape, (12, 28, 28))[0]
    adc = random.uniform(0, 0.08) * smooth(random, shape, (6, 14, 14))[0]
    adc = adc + random.uniform(0, 0.05) * smooth(random, shape, (12, 32, 32))[0]
    brain0, brainb = brain0 * t2.clamp(0.5, 1.6), brainb * t2.clamp(0.5, 1.6) * torch.exp(-adc * b / 1000)

    def apply(share: Tensor, factors: Tuple[float, float]) -> None:
        nonlocal brain0, brainb
        brain0 = brain0 * (1 + share * (factors[0] - 1))
        brainb = brainb * (1 + share * (factors[1] - 1))

    if random.random() < 0.5:  # pale white matter of age, round the ventricles
        near = torch.exp(-((head.depth - 35).clamp(max=0) / 12.0).square())
        apply(patches(random, head, 14, random.uniform(0.05, 0.3)) * near, old_factors(random, b, adc_known))
    apply(head.old, old_factors(random, b, adc_known))
    if random.random() < 0.25:  # old blood, calcification: dark in both, its ADC meaningless
        dark = random.uniform(0.2, 0.7)
        apply(patches(random, head, 10, random.uniform(0.003, 0.02)), (dark, dark * random.uniform(0.8, 1.4)))
    if random.random() < 0.4:  # choroid plexus: bright in fluid, ADC high
        bright = patches(random, head, 16, 0.1) * head.tissue["fluid"] * (head.depth > 20)
        otherb = otherb + bright * random.uniform(0.3, 0.9)
        other0 = other0 + bright * random.uniform(0.5, 2.0)
    uneven = random.uniform(0, 0.3) * smooth(random, shape, (8, 20, 20))[0]  # of mean 0: the ratio is a whole region's
    apply(head.fresh * (1 + uneven).clamp(0.4, 1.4), fresh_factors(random, b))
    # water of furrows and ventricles within an outline shows nothing: no reader outlines it
    return Signals(brain0 + other0, brainb + otherb, b, head.fresh * (1 - head.tissue["fluid"]).clamp(0, 1))
