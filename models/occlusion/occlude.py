"""Close an artery in a tree: which points lie in the clot, and how well those beyond it fill from collaterals."""
from dataclasses import dataclass
from typing import Optional, Tuple

import numpy as np

from trees import ACA, ICA, M1, M2, Tree

SEGMENTS = ("ICA-T", "M1", "M2")
CAROTID_T, TRUNK, DIVISION = range(3)
LEAST_DIVISION = 0.2  # share of the MCA's length
LEAST_CAROTID_MM = 15
CLOT_HU = 25.0  # above brain


@dataclass
class Occlusion:
    side: int
    segment: int
    filling: float
    site: np.ndarray  # [3] where the column stops, in the tree's frame


def draw_filling(random: np.random.Generator) -> float:
    chance = random.random()
    return 0.0 if chance < 0.12 else 1.0 if chance < 0.2 else float(random.uniform(0, 1))


def beyond(filling: float, far: np.ndarray) -> np.ndarray:
    """Collaterals fill a tree from its ends: the level rises with the way from the clot."""
    return filling if filling >= 0.95 else filling * (0.7 + 0.3 * np.clip(far / 30, 0, 1))


def stump(tree: Tree, clot: np.ndarray, way: np.ndarray) -> np.ndarray:
    return tree.xyz[clot & (way <= way[clot].min() + 4)].mean(0)


def allowed(tree: Tree, side: int, segment: int) -> bool:
    mine = tree.side == side
    if segment == CAROTID_T:
        return bool(tree.way[mine & (tree.part == ICA)].max(initial=0) >= LEAST_CAROTID_MM)
    return segment == TRUNK or max(tree.sides[side].divisions, default=0) >= LEAST_DIVISION


def close_carotid(random: np.random.Generator, tree: Tree, side: int, level: np.ndarray, filling: float) -> np.ndarray:
    mine, way = tree.side == side, tree.way
    below, into_m1, into_a1 = random.uniform(3, 14), random.uniform(0, 14), random.uniform(0, 8)
    carotid, anterior = mine & (tree.part == ICA), mine & (tree.part == ACA)
    clot = carotid & (way <= below) | mine & (tree.part == M1) & (way <= into_m1) | anterior & (way <= into_a1)
    middle = mine & np.isin(tree.part, (M1, M2)) & ~clot
    level[middle] *= beyond(filling, way[middle] - into_m1)
    if random.random() < 0.45:  # a standing column below the clot
        least = random.uniform(0.0, 0.6)
        rest = carotid & ~clot
        level[rest] *= np.clip(least + (way[rest] - below) / random.uniform(15, 60), least, 1)
    first = random.uniform(0.4, 1.0) if random.random() < 0.7 else random.uniform(0, 0.4)
    rest = anterior & ~clot
    level[rest] *= np.clip(first + way[rest] / random.uniform(30, 120), 0, 1)
    level[clot] = 0
    return tree.xyz[carotid & (way <= 4)].mean(0)


def close_trunk(random: np.random.Generator, tree: Tree, side: int, level: np.ndarray, filling: float) -> np.ndarray:
    middle, way = (tree.side == side) & np.isin(tree.part, (M1, M2)), tree.way
    start = random.uniform(1.5, max(2.0, min(tree.sides[side].m1_mm, 26.0) - 2))
    stop = start + random.uniform(4, 20)
    # branches that leave the trunk before the clot stay open
    reached = middle & ((tree.part == M1) | (tree.division >= 0) | (way > stop))
    clot = reached & (way >= start) & (way <= stop)
    rest = reached & (way > stop)
    level[rest] *= beyond(filling, way[rest] - stop)
    level[clot] = 0
    return stump(tree, clot & (tree.part == M1), way)


def close_division(random: np.random.Generator, tree: Tree, side: int, level: np.ndarray, filling: float) -> np.ndarray:
    shares = np.array(tree.sides[side].divisions)
    large = np.nonzero(shares >= LEAST_DIVISION)[0]
    chosen = int(random.choice(large, p=shares[large] / shares[large].sum()))
    branch, way = (tree.side == side) & (tree.part == M2) & (tree.division == chosen), tree.way
    start = tree.sides[side].m1_mm + random.uniform(0.5, 10)
    stop = start + random.uniform(4, 14)
    clot = branch & (way >= start) & (way <= stop)
    rest = branch & (way > stop)
    level[rest] *= beyond(filling, way[rest] - stop)
    level[clot] = 0
    return stump(tree, clot, way)


def close(
    random: np.random.Generator, tree: Tree, side: int, segment: int, level: np.ndarray, filling: Optional[float] = None
) -> Occlusion:
    """Changes `level` [n], the share of the arterial enhancement, in place."""
    share = draw_filling(random) if filling is None else filling
    closer = (close_carotid, close_trunk, close_division)[segment]
    return Occlusion(side, segment, share, closer(random, tree, side, level, share))


def candidates(tree: Tree, segment: int) -> Tuple[int, ...]:
    return tuple(side for side in (0, 1) if allowed(tree, side, segment))
