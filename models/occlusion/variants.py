"""What is no occlusion but resembles one, and what makes one head differ from another. All in the tree's frame, in place."""
import copy
from typing import List, Sequence, Tuple

import numpy as np
from scipy.spatial.transform import Rotation

from trees import ACA, ICA, M1, M2, Tree


def recombined(random: np.random.Generator, tree: Tree, donors: Sequence[Tree]) -> Tree:
    """Each MCA from one of the donors' sides, mirrored where needed, moved to this carotid end."""
    middle = np.isin(tree.part, (M1, M2))
    parts = {name: [getattr(tree, name)[~middle]] for name in ("xyz", "radius", "part", "side", "way", "division")}
    sides = []
    for side in (0, 1):
        donor = donors[random.integers(len(donors))] if donors else tree
        other = int(random.integers(2)) if random.random() < 0.6 else side
        rows = (donor.side == other) & np.isin(donor.part, (M1, M2))
        mirror = np.array([1.0 if other == side else -1.0, 1, 1])
        shift = tree.sides[side].end - mirror * donor.sides[other].end
        parts["xyz"].append(donor.xyz[rows] * mirror + shift)
        for name in ("radius", "part", "way", "division"):
            parts[name].append(getattr(donor, name)[rows])
        parts["side"].append(np.full(int(rows.sum()), side))
        sides.append(copy.copy(donor.sides[other]))
        sides[-1].end = tree.sides[side].end.copy()
    return Tree(**{name: np.concatenate(value) for name, value in parts.items()}, sides=tuple(sides))


def warp(random: np.random.Generator, tree: Tree, amount: float, waves: Tuple[float, float]) -> None:
    """A smooth displacement of about `amount` mm, in waves of so many mm."""
    moved = np.concatenate([tree.xyz, [side.end for side in tree.sides]])
    points = moved.copy()
    for _ in range(6):
        direction = random.normal(size=3)
        direction *= 2 * np.pi / random.uniform(*waves) / np.linalg.norm(direction)
        moved += random.normal(0, amount / 2.4, 3) * np.sin(points @ direction + random.uniform(0, 6.3))[:, None]
    tree.xyz = moved[:-2]
    for side, end in zip(tree.sides, moved[-2:]):
        side.end = end


def estranged(random: np.random.Generator, tree: Tree) -> None:
    """Bend and stretch a training tree further than any subject's own: few trees are known by heart too soon."""
    for side in (0, 1):
        middle = (tree.side == side) & np.isin(tree.part, (M1, M2))
        end, stretch = tree.sides[side].end, random.uniform(0.8, 1.25)
        turn = Rotation.from_euler("xyz", random.normal(0, 9, 3), degrees=True).as_matrix()
        tree.xyz[middle] = end + (tree.xyz[middle] - end) @ (turn * (stretch * random.uniform(0.9, 1.1, 3)))
        tree.way[middle] *= stretch
        tree.sides[side].m1_mm *= stretch
        mine = tree.side == side
        wave = np.sin(tree.way[mine] / random.uniform(2, 8) + random.uniform(0, 6.3, 5)[tree.part[mine]])
        tree.radius[mine] *= random.uniform(0.85, 1.15) * (1 + random.uniform(0, 0.2) * wave)
    warp(random, tree, random.uniform(0.3, 1.6), (12, 50))


def resemblances(random: np.random.Generator, tree: Tree, level: np.ndarray, spared: int) -> List[str]:
    """Hard negatives on the sides that hold no occlusion (`spared` is the side that does, or -1)."""
    found = []
    if random.random() < 0.25:  # a scanner that shows no small arteries
        level[tree.radius < random.uniform(0.35, 0.65)] *= random.uniform(0.0, 0.5)
        found.append("few branches")
    for side in (0, 1):
        mine, way = tree.side == side, tree.way
        anterior, trunk = mine & (tree.part == ACA), mine & (tree.part == M1)
        if random.random() < 0.2:
            tree.radius[anterior & (way < 14)] *= random.uniform(0.15, 0.6)
            found.append("small A1")
        if side == spared:
            continue
        if random.random() < 0.15:
            middle, reach = random.uniform(3, max(4, tree.sides[side].m1_mm - 3)), random.uniform(1.5, 4)
            narrow = trunk & (abs(way - middle) < reach)
            tree.radius[narrow] *= random.uniform(0.4, 0.65)
            found.append("stenosis")
        if random.random() < 0.25:
            middle = mine & np.isin(tree.part, (M1, M2))
            level[middle] *= random.uniform(0.8, 1.0)
            tree.radius[middle] *= random.uniform(0.85, 1.0)
            found.append("weaker side")
        if random.random() < 0.04:
            rest = mine & (tree.part == ICA) & (way > random.uniform(5, 12))
            level[rest] *= random.uniform(0.0, 0.6)
            found.append("carotid below")
        if random.random() < 0.3:  # a division of little weight may be missing
            shares = np.array(tree.sides[side].divisions)
            small = np.nonzero(shares < 0.12)[0]
            if small.size:
                level[mine & (tree.division == random.choice(small))] = 0
        if random.random() < 0.03:
            bulge = trunk & (abs(way - tree.sides[side].m1_mm) < 1.0)
            tree.radius[bulge] = random.uniform(2.0, 3.5)
            found.append("aneurysm")
    return found
