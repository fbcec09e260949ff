"""What the scanner adds: pile-up and voids near air, coils, blur, ghosts, noise, motion between the two pictures."""
from typing import Tuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from head import Head, smooth

Random = np.random.Generator
# Of one direction's picture at b = 1000. Least: 20 without weighting, what diffusion tensors are customarily asked for
# (from memory; see Mukherjee et al., AJNR 2008;29:843), times exp(-0.7); trace pictures are of larger voxels.
LEAST_SNR, MOST_SNR = 10.0, 40.0
# template mm and reach: above the frontal sinuses and the ethmoid, temporal poles, petrous bones, mastoids
AIR = (
    ((0, 52, -14), 16),
    ((18, 62, 0), 14),
    ((-18, 62, 0), 14),
    ((0, 20, -24), 14),
    ((46, 8, -36), 16),
    ((-46, 8, -36), 16),
    ((56, -22, -24), 16),
    ((-56, -22, -24), 16),
    ((42, -48, -40), 16),
    ((-42, -48, -40), 16),
)


def near_air(random: Random, head: Head) -> Tensor:
    """Gain of both pictures: bright rims where signal piles up, dark gaps where it is lost."""
    shape = tuple(head.depth.shape)
    gain, rough = torch.ones(shape), smooth(random, shape, (len(head.depth), 26, 26))[0]
    rim = torch.exp(-((head.depth - random.uniform(0, 3)) / random.uniform(2.0, 4.0)).square())
    strength = random.uniform(0, 3.0)
    for centre, reach in AIR:
        if random.random() < 0.3:
            continue
        moved = torch.tensor(centre, dtype=torch.float32) + torch.from_numpy(random.normal(0, 4, 3).astype(np.float32))
        close = torch.exp(-((head.place - moved) / (reach * random.uniform(0.7, 1.3))).square().sum(-1))
        piled = close * (0.6 * rim + 0.4 * (rough.abs() < 0.35).float() * (head.depth < 12).float())
        gain = gain * (1 + strength * random.uniform(0.3, 1.0) * piled)
        gain = gain * (1 - random.uniform(0, 0.7) * close * (rough > 0.5).float() * (head.depth < 10).float())
    edge = torch.exp(-((head.depth - 1.5) / 2.0).square()) * smooth(random, shape, (5, 6, 6))[0].clamp(0, 2)
    return gain * (1 + random.uniform(0, 0.25) * edge)


def coil(random: Random, head: Head) -> Tensor:
    """Slow shading, brighter near the coil's elements and from slice to slice."""
    shape = tuple(head.depth.shape)
    field = random.uniform(0, 0.16) * smooth(random, shape, (3, 3, 3))[0]
    if random.random() < 0.5:
        field = field + random.uniform(0, 0.3) * torch.exp(-head.depth.clamp(0, 60) / 20.0)
    count = len(head.depth)
    field = field + torch.linspace(-1, 1, count)[:, None, None] * random.uniform(-0.35, 0.35)
    steps = torch.from_numpy(random.normal(0, 0.03 * random.random(), count).astype(np.float32))
    return torch.exp(field + steps[:, None, None])


def blur(images: Tensor, rows: float, cols: float) -> Tensor:
    """Gaussian of two deviations in pixels."""
    for sigma, axis in ((rows, 2), (cols, 3)):
        if sigma > 0.2:
            reach = torch.arange(-2, 3, dtype=torch.float32)
            kernel = torch.exp(-0.5 * (reach / sigma).square())
            kernel = (kernel / kernel.sum()).reshape([1, 1, 5, 1] if axis == 2 else [1, 1, 1, 5])
            padding = (2, 0) if axis == 2 else (0, 2)
            images = F.conv2d(images[:, None], kernel, padding=padding)[:, 0]
    return images


def magnitude(random: Random, images: Tensor, sigma: float, averages: int) -> Tensor:
    """Rician noise of `averages` pictures whose geometric mean is taken; noise isn't white after interpolation."""
    total, soft = torch.zeros_like(images), random.uniform(0, 0.7)
    for _ in range(averages):
        both = torch.from_numpy(random.standard_normal((2,) + tuple(images.shape), dtype=np.float32))
        if soft > 0.25:
            both = torch.stack([blur(part, soft, soft) for part in both])
        total = total + torch.log(torch.hypot(images + sigma * both[0], sigma * both[1]) + 1e-6)
    return torch.exp(total / averages)


def ghosted(random: Random, images: Tensor) -> Tensor:
    """Half a field of view away, along the phase direction."""
    if random.random() < 0.4:
        images = images + random.uniform(0, 0.06) * images.roll(images.shape[1] // 2, 1)
    return images


def shifted(random: Random, images: Tensor) -> Tensor:
    """Moved by a part of a pixel and stretched along the phase direction, as by eddy currents."""
    count = len(images)
    theta = torch.eye(2, 3).repeat(count, 1, 1)
    move = torch.from_numpy(random.normal(0, 0.35 * random.random(), (count, 2)).astype(np.float32))
    theta[:, :, 2] = (move + torch.from_numpy(random.normal(0, 0.25, 2).astype(np.float32))) * 2 / images.shape[1]
    theta[:, 1, 1] = float(random.normal(1, 0.006))
    grid = F.affine_grid(theta, [count, 1, *images.shape[1:]], align_corners=False)
    return F.grid_sample(images[:, None], grid, align_corners=False)[:, 0]


def scanned(random: Random, head: Head, b0: Tensor, trace: Tensor) -> Tuple[Tensor, Tensor]:
    """Both pictures as a scanner would deliver them."""
    gain = coil(random, head) * (near_air(random, head) if random.random() < 0.9 else 1.0)
    b0, trace = shifted(random, b0 * gain), trace * gain
    rows, cols = random.uniform(0, 0.8, 2)
    b0, trace = (ghosted(random, blur(images, rows, cols)) for images in (b0, trace))
    inside = head.depth > 3
    level = float(trace[inside].median()) if bool(inside.any()) else 0.3
    sigma = level / np.exp(random.uniform(np.log(LEAST_SNR), np.log(MOST_SNR)))
    averages = int(random.choice([1, 3]))
    trace, b0 = magnitude(random, trace, sigma, averages), magnitude(random, b0, sigma, 1)
    if random.random() < 0.1:  # a slice that moved
        trace[random.integers(len(trace))] *= float(random.uniform(0.5, 0.85))
    return b0, trace
