"""What the trees lack, drawn: veins, arteries of the scalp, thin bones of the skull base. Places are MNI mm, rough and randomised.

Frame: x to the patient's left, y to posterior, z upwards.
"""
from typing import List, Tuple

import numpy as np

from raster import polyline

Drawn = List[Tuple[np.ndarray, np.ndarray, float]]  # points [n, 3], radii [n], level


def wobble(random: np.random.Generator, corners: list, sideways: float, spread: float) -> np.ndarray:
    points = np.array(corners, float) * [sideways, 1, 1]
    return points + random.normal(0, spread, points.shape)


def veins(random: np.random.Generator) -> Drawn:
    """Level: share of the fullest vein."""
    drawn: Drawn = []

    def add(
        corners: list, sideways: float, radii: Tuple[float, float], spread: float = 2.0, level: float = 1.0
    ) -> None:
        scale = random.uniform(0.75, 1.25)
        points, radius = polyline(wobble(random, corners, sideways, spread), (radii[0] * scale, radii[1] * scale))
        drawn.append((points, radius, level * random.uniform(0.85, 1.0)))

    add([(0, -70, 15), (0, -62, 40), (0, -45, 62)], 1, (1.5, 2.5), 1)
    add([(0, 78, 62), (0, 96, 40), (0, 103, 20), (0, 101, 5), (0, 98, -8)], 1, (3.5, 4.5), 1)
    add([(0, 45, 9), (0, 70, 3), (0, 96, -6)], 1, (1.6, 2.2), 1)
    add([(0, 36, 5), (0, 45, 9)], 1, (2.0, 2.0), 1)
    weak = random.choice([-1, 1])
    for side in (-1, 1):
        share = random.uniform(0.2, 1.0) if side == weak else 1.0
        add([(0, 98, -8), (28, 92, -14), (52, 70, -22), (58, 50, -27), (52, 42, -42)], side, (3.5 * share, 4.0 * share))
        add([(2, -4, 12), (3, 16, 15), (2, 36, 7)], side, (0.8, 1.3), 1)
        if random.random() < 0.85:
            add([(14, -2, -15), (17, 8, -13), (20, 20, -8), (13, 33, 0), (0, 40, 6)], side, (0.6, 1.1), 1.5, 0.9)
        if random.random() < 0.75:
            corners = [(52, 22, 16), (55, 4, 2), (47, -12, -13), (36, -18, -19), (20, -10, -22)]
            add(corners, side, (0.7, 1.5), 2.5, random.uniform(0.6, 1.0))
        if random.random() < 0.6:
            add([(58, 18, 4), (59, 34, -6), (57, 50, -22)], side, (0.8, 1.5), 2.5)
        if random.random() < 0.8:
            add([(12, -6, -23), (12, 4, -24), (12, 12, -28)], side, (2.5, 3.2), 1.2, random.uniform(0.3, 0.9))
        for _ in range(random.integers(2, 6)):
            y = random.uniform(-40, 70)
            add([(62, y, 15), (58, y + 5, 35), (44, y + 10, 58)], side, (0.6, 1.2), 3.0, random.uniform(0.5, 1.0))
    return drawn


def scalp_arteries(random: np.random.Generator) -> Drawn:
    drawn: Drawn = []
    for side in (-1, 1):
        for corners in (
            [(74, 8, -32), (76, 5, 0), (72, -10, 30), (66, -18, 52)],
            [(74, 12, -20), (76, 20, 10), (68, 30, 45)],
            [(60, 10, -38), (48, -8, -34), (38, -18, -30)],
        ):
            points, radius = polyline(wobble(random, corners, side, 3.0), (1.2, 0.7))
            drawn.append((points, radius, random.uniform(0.5, 1.0)))
    return drawn


def bones(random: np.random.Generator) -> Drawn:
    """Level: HU."""
    drawn: Drawn = []

    def add(corners: list, side: float, radii: Tuple[float, float], spread: float = 1.2) -> None:
        points, radius = polyline(wobble(random, corners, side, spread), radii)
        drawn.append((points, radius, float(random.uniform(300, 1300))))

    width = random.uniform(0.5, 1.6)
    add([(-8, 9, -24), (0, 9, -23), (8, 9, -24)], 1, (1.5, 1.5))
    for side in (-1, 1):
        if random.random() < 0.8:
            add([(9, -9, -21), (20, -17, -18), (34, -24, -14), (47, -22, -4)], side, (1.6 * width, 1.1 * width))
        add([(12, -3, -21), (11, -9, -21)], side, (1.0, 2.0), 0.8)
        add([(14, 16, -34), (30, 28, -34), (46, 40, -32)], side, (2.5, 5.0))
        add([(22, -10, -30), (34, -6, -36), (44, 6, -40)], side, (1.0, 2.0))
        if random.random() < 0.7:  # roof of the orbit, thin
            x, y = np.meshgrid(np.arange(10, 40, 0.9), np.arange(-62, -26, 0.9))
            z = -12 + 4 * np.cos((x - 25) / 11) - 0.05 * (y + 26) + random.normal(0, 1)
            kept = ((x - 25) / 15) ** 2 + ((y + 44) / random.uniform(12, 19)) ** 2 < 1
            roof = np.stack([side * x, y, z], -1)[kept] + random.normal(0, 0.2, (int(kept.sum()), 3))
            drawn.append((roof, np.full(len(roof), random.uniform(0.3, 0.5)), float(random.uniform(250, 700))))
    return drawn
