"""BraVa trees (Wright et al. 2013) -> points every half millimetre that know their vessel and their way from the carotid end."""
import pathlib
from dataclasses import dataclass
from typing import Dict, List, Tuple

import numpy as np

STEP_MM = 0.5
SPLIT = {"train": 30, "validation": 8, "test": 12}
LEAST_BRANCH = 0.15  # share of an MCA's length that makes a branch a division
MCA_TYPES, ACA_TYPES = (3, 4), (2, 5)
# what a point is part of
OTHER, ICA, ACA, M1, M2 = range(5)


@dataclass
class Side:
    """One MCA with its carotid; way is mm from the carotid end, along M1 or down the carotid."""

    end: np.ndarray  # carotid end [3]
    m1_mm: float
    divisions: List[float]  # share of the MCA's length behind each M2


@dataclass
class Tree:
    """xyz in mm: x to side 1 (away from side 0), y to posterior, z to superior; the midline at x = 0."""

    xyz: np.ndarray  # [n, 3]
    radius: np.ndarray  # [n] mm
    part: np.ndarray  # [n] OTHER … M2
    side: np.ndarray  # [n] 0, 1; -1 for what belongs to none
    way: np.ndarray  # [n] mm from the carotid end: ICA downwards, ACA, M1 and M2 outwards
    division: np.ndarray  # [n] number of the M2, -1 elsewhere
    sides: Tuple[Side, Side]


def subjects(folder: pathlib.Path, seed: int = 1) -> Dict[str, List[str]]:
    """The split, before anything else."""
    names = sorted(path.stem for path in folder.glob("*.swc"))
    np.random.default_rng(seed).shuffle(names)
    split, start = {}, 0
    for part, count in SPLIT.items():
        split[part] = sorted(names[start : start + count])
        start += count
    return split


class Graph:
    """Parents, children and lengths of one SWC file."""

    def __init__(self, path: pathlib.Path) -> None:
        rows = np.loadtxt(path)
        place = {int(number): k for k, number in enumerate(rows[:, 0])}
        self.kind = rows[:, 1].astype(int)
        # file: x lateral, y superior, z posterior
        self.xyz = np.stack([rows[:, 2], rows[:, 4], rows[:, 3]], 1)
        self.radius = rows[:, 5].copy()
        self.parent = np.array([place.get(int(p), -1) for p in rows[:, 6]])
        self.children: List[List[int]] = [[] for _ in rows]
        for node, parent in enumerate(self.parent):
            if parent >= 0:
                self.children[parent].append(node)
        self.order = self.downwards()
        self.step = np.where(
            self.parent >= 0, np.linalg.norm(self.xyz - self.xyz[np.maximum(self.parent, 0)], axis=1), 0.0
        )
        self.behind = self.step.copy()
        for node in reversed(self.order):
            if self.parent[node] >= 0:
                self.behind[self.parent[node]] += self.behind[node]
        self.radius[self.radius <= 0] = 0.31
        self.smooth()

    def downwards(self) -> List[int]:
        order = [int(np.nonzero(self.parent < 0)[0][0])]
        for node in order:
            order.extend(self.children[node])
        return order

    def smooth(self) -> None:
        """Radii come in steps of 0.31 mm."""
        for _ in range(4):
            mean = self.radius.copy()
            for node in range(len(mean)):
                near = self.children[node] + ([int(self.parent[node])] if self.parent[node] >= 0 else [])
                mean[node] = 0.5 * self.radius[node] + 0.5 * np.mean(self.radius[near])
            self.radius = mean

    def length(self, node: int, kinds: Tuple[int, ...]) -> float:
        total, queue = 0.0, [node]
        while queue:
            node = queue.pop()
            total += self.step[node]
            queue += [c for c in self.children[node] if self.kind[c] in kinds]
        return total

    def neighbours(self, node: int) -> List[int]:
        return self.children[node] + ([int(self.parent[node])] if self.parent[node] >= 0 else [])


def carotid_end(graph: Graph, kind: int) -> int:
    """First node of the longest tree of this MCA's type."""
    starts = [n for n in graph.order if graph.kind[n] == kind and graph.kind[max(graph.parent[n], 0)] != kind]
    return max(starts, key=lambda n: graph.length(n, (kind,)))


def carotid(graph: Graph, end: int, middle: float) -> Dict[int, float]:
    """Nodes of the path from the carotid end to the carotid's lowest node, with their way in mm."""
    lateral = graph.xyz[end, 0] - middle
    way, came, queue = {end: 0.0}, {end: -1}, [end]
    for node in queue:
        for near in graph.neighbours(node):
            x, y, z = graph.xyz[near] - graph.xyz[end]
            aside = (graph.xyz[near, 0] - middle) * np.sign(lateral) > 4
            if near not in way and graph.kind[near] == 0 and aside and y < 22 and z < 8:
                way[near] = way[node] + float(np.linalg.norm(graph.xyz[near] - graph.xyz[node]))
                came[near] = node
                queue.append(near)
    node = min(way, key=lambda n: graph.xyz[n, 2])
    path = {}
    while node >= 0:
        path[node] = way[node]
        node = came[node]
    return path


def mark_side(graph: Graph, kind: int, number: int, middle: float, marks: Dict[str, np.ndarray]) -> Side:
    end = carotid_end(graph, kind)
    for node, way in carotid(graph, end, middle).items():
        marks["part"][node], marks["side"][node], marks["way"][node] = ICA, number, way
    whole = graph.length(end, (kind,))
    node, m1_mm, trunk = end, 0.0, {end}
    while True:
        onward = [c for c in graph.children[node] if graph.kind[c] == kind]
        large = [c for c in onward if graph.length(c, (kind,)) >= LEAST_BRANCH * whole]
        if not onward or (len(large) > 1 and m1_mm >= 5) or m1_mm > 40:
            break
        node = max(onward, key=lambda c: graph.length(c, (kind,)))
        m1_mm += graph.step[node]
        trunk.add(node)
    roots = [c for c in graph.children[node] if graph.kind[c] == kind and graph.length(c, (kind,)) > 0.03 * whole]
    queue = [(end, 0.0, -1)]
    while queue:
        node, way, division = queue.pop()
        marks["way"][node], marks["side"][node], marks["division"][node] = way, number, division
        marks["part"][node] = M1 if node in trunk else M2
        for child in graph.children[node]:
            if graph.kind[child] == kind:
                queue.append((child, way + graph.step[child], roots.index(child) if child in roots else division))
    queue = [(c, graph.step[c]) for n in trunk for c in graph.children[n] if graph.kind[c] in ACA_TYPES]
    while queue:
        node, way = queue.pop()
        marks["part"][node], marks["side"][node], marks["way"][node] = ACA, number, way
        queue += [(c, way + graph.step[c]) for c in graph.children[node] if graph.kind[c] in ACA_TYPES]
    return Side(graph.xyz[end].copy(), m1_mm, [graph.length(r, (kind,)) / whole for r in roots])


def catmull(graph: Graph) -> Dict[str, np.ndarray]:
    """Half-millimetre samples of every edge parent -> node: node index, share along the edge, place."""
    edges = np.nonzero(graph.parent >= 0)[0]
    parent = graph.parent[edges]
    before = np.where(graph.parent[parent] >= 0, graph.parent[parent], parent)
    after = np.array([max(graph.children[n], key=lambda c: graph.behind[c]) if graph.children[n] else n for n in edges])
    counts = np.maximum(1, np.ceil(graph.step[edges] / STEP_MM).astype(int))
    edge = np.repeat(np.arange(len(edges)), counts)
    t = np.concatenate([(np.arange(c) + 0.5) / c for c in counts])[:, None]
    p0, p1, p2, p3 = (graph.xyz[i][edge] for i in (before, parent, edges, after))
    curve = p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)))
    line = p1 + t * (p2 - p1)
    apart = curve - line
    far = np.linalg.norm(apart, axis=1, keepdims=True)
    return {"node": edges[edge], "share": t[:, 0], "xyz": line + apart * np.minimum(1, 2.5 / np.maximum(far, 1e-6))}


def load(path: pathlib.Path) -> Tree:
    graph = Graph(path)
    ends = [graph.xyz[carotid_end(graph, kind)] for kind in MCA_TYPES]
    middle = 0.5 * (ends[0][0] + ends[1][0])
    count = len(graph.kind)
    marks = {
        "part": np.full(count, OTHER),
        "side": np.full(count, -1),
        "way": np.zeros(count),
        "division": np.full(count, -1),
    }
    sides = tuple(mark_side(graph, kind, n, middle, marks) for n, kind in enumerate(MCA_TYPES[::-1]))
    samples = catmull(graph)
    node, share = samples["node"], samples["share"]
    parent = graph.parent[node]
    # a carotid may be stored from below, so that the edge belongs to the vessel only if both its ends do
    part = np.where((marks["part"][node] == ICA) & (marks["part"][parent] == OTHER), OTHER, marks["part"][node])
    up = (marks["part"][node] == OTHER) & (marks["part"][parent] == ICA) & (graph.kind[node] == 0)
    part[up] = OTHER
    joined = marks["side"][node] == marks["side"][parent]
    way = np.where(joined, marks["way"][parent] * (1 - share) + marks["way"][node] * share, marks["way"][node])
    into_end = (marks["way"][node] == 0) & (marks["part"][node] == M1)
    part[into_end] = ICA
    offset = np.array([middle, 0, 0])
    for side in sides:
        side.end -= offset
    return Tree(
        xyz=samples["xyz"] - offset,
        radius=graph.radius[parent] * (1 - share) + graph.radius[node] * share,
        part=part,
        side=np.where(part == OTHER, -1, marks["side"][node]),
        way=way,
        division=marks["division"][node],
        sides=sides,
    )
