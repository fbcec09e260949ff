"""One phantom: a head with arteries, veins, bone and a scanner's blur and noise, straight at the block of preprocess.py."""
import pathlib
from dataclasses import dataclass, field
from typing import Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
from scipy import ndimage
from scipy.spatial.transform import Rotation

import anatomy
import head
import occlude
import preprocess
import raster
import trees
import variants
from trees import ICA, M1, Tree

Put = Callable[[np.ndarray, np.ndarray, np.ndarray], None]

STRANGE = 0.8  # share of the training trees that are bent further than a subject's own
MARGIN = 4  # bins more above and below than the network sees, to shift by


@dataclass
class Phantom:
    slabs: np.ndarray  # [21, 128, 160] uint8, (HU + 100) / 4
    occlusion: Optional[occlude.Occlusion]
    site: np.ndarray  # [3] bin, row, column in the network's block
    contrast: int  # voxels, see preprocess
    arterial_hu: float
    resemblances: List[str] = field(default_factory=list)


@dataclass
class Scene:
    """Patient mm -> volume, and everything that is drawn."""

    matrix: np.ndarray  # head frame -> patient, [3, 3]
    scale: np.ndarray  # MNI -> head frame, [3]
    frame: Tuple[float, float, float]  # top z, centre y, centre x

    def to_patient(self, points: np.ndarray) -> np.ndarray:
        return points @ self.matrix.T

    def to_voxels(self, points: np.ndarray, start: float, origin: Tuple[float, float]) -> np.ndarray:
        """Head-frame points (x, y, z) -> voxel edges (bin, row, column) of a volume that starts `start` mm below the top."""
        x, y, z = self.to_patient(points).T
        top, centre_y, centre_x = self.frame
        return np.stack([top - start - z, y - centre_y + origin[0], x - centre_x + origin[1]], 1)

    def sampling(self, start: float, origin: Tuple[float, float]) -> Tuple[np.ndarray, np.ndarray]:
        """Voxel index (bin, row, column) -> MNI mm."""
        top, centre_y, centre_x = self.frame
        turn = np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])
        corner = np.array([centre_x - origin[1] + 0.5, centre_y - origin[0] + 0.5, top - start - 0.5])
        back = np.linalg.inv(self.matrix) / self.scale[:, None]
        return back @ turn, back @ corner


def placed(tree: Tree) -> Tuple[Tree, np.ndarray]:
    """The tree moved into a template scaled to hold it; and that scale."""
    low, high = np.percentile(tree.xyz, 0.3, axis=0), np.percentile(tree.xyz, 99.7, axis=0)
    depth = high[2] - 0.5 * (tree.sides[0].end[2] + tree.sides[1].end[2])
    scale = np.clip(
        np.array([(high[0] - low[0] + 8) / 142, (high[1] - low[1] + 8) / 176, (depth + 5) / 91]), 0.86, 1.06
    )
    target = np.array([0.0, 16 * scale[1], 74 * scale[2]])
    shift = target - np.array([0.0, 0.5 * (low[1] + high[1]), high[2]])
    tree.xyz = tree.xyz + shift
    for side in tree.sides:
        side.end = side.end + shift
    return tree, scale


def pose(random: np.random.Generator) -> np.ndarray:
    """Head frame -> patient: turned, sized, and at times sheared by a tilted gantry."""
    angles = random.normal(0, [7, 4, 4]).clip(-15, 15)  # nod, lean, turn
    stretch = random.uniform(0.94, 1.06) * random.uniform(0.97, 1.03, 3)
    matrix = Rotation.from_euler("xyz", angles, degrees=True).as_matrix() * stretch
    if random.random() < 0.25:
        shear = np.eye(3)
        shear[1, 2] = random.uniform(-0.3, 0.3)
        matrix = shear @ matrix
    return matrix


def optics(random: np.random.Generator) -> Tuple[float, float]:
    """Share of either neighbour in a slice (0 to 0.5: slices of 1 to 2 mm); sharpening of the kernel."""
    thick = float(random.choice([0.0, 0.0, 0.25, 0.5]))
    return thick, float(random.uniform(0.3, 0.9)) if random.random() < 0.2 else 0.0


def seen_by(volume: np.ndarray, thick: float, sharpening: float) -> np.ndarray:
    if thick:
        volume = ndimage.convolve1d(volume, np.array([thick, 1, thick]) / (1 + 2 * thick), axis=0)
    if sharpening:
        volume = volume + sharpening * (volume - ndimage.gaussian_filter(volume, 1.0))
    return volume


def noise_of(random: np.random.Generator, shape: Tuple[int, int, int]) -> np.ndarray:
    noise = random.standard_normal(shape, dtype=np.float32)
    width = random.uniform(0.3, 0.9) * np.array([0.6, 1, 1])
    noise = ndimage.gaussian_filter(noise, width, truncate=2.5)
    noise *= np.float32(np.exp(random.uniform(np.log(5), np.log(24))) / noise.std())
    if random.random() < 0.3:  # streaks between the petrous bones and across
        rows = random.normal(0, random.uniform(5, 20), (shape[0], shape[1], 1)).astype(np.float32)
        fade = np.linspace(0, 1, shape[0], dtype=np.float32)[:, None, None] ** 3
        noise += ndimage.gaussian_filter1d(rows, 1.0, axis=1) * fade
    return noise


def scanner(random: np.random.Generator, volume: np.ndarray) -> np.ndarray:
    """Slice thickness, kernel and noise."""
    return seen_by(volume, *optics(random)) + noise_of(random, volume.shape)


class Maker:
    """Draws phantoms from the trees of one part of the split."""

    def __init__(self, data: pathlib.Path, part: str) -> None:
        self.template = head.load(data / "ct-template")
        folder = data / "brava" / "swc"
        self.names = trees.subjects(folder)[part]
        self.trees: Dict[str, Tree] = {name: trees.load(folder / f"{name}.swc") for name in self.names}

    def tree(self, random: np.random.Generator, name: str, mix: bool) -> Tree:
        own = self.trees[name]
        donors: Sequence[Tree] = list(self.trees.values()) if mix and random.random() < 0.7 else [own]
        tree = variants.recombined(random, own, donors)
        if mix and random.random() < STRANGE:
            variants.estranged(random, tree)
        if random.random() < 0.5:  # the source doesn't tell left from right
            tree.xyz[:, 0] *= -1
            for side in tree.sides:
                side.end[0] *= -1
            known = tree.side >= 0
            tree.side[known] = 1 - tree.side[known]
            tree.sides = tree.sides[::-1]
        variants.warp(random, tree, random.uniform(0.5, 2.5), (40, 150))
        tree.radius = np.clip(tree.radius * random.uniform(0.95, 1.25), 0.25, 3.2)
        trunk = tree.part == M1
        tree.radius[trunk] = np.maximum(tree.radius[trunk], 0.9)
        tree.radius[tree.part == ICA] = np.maximum(tree.radius[tree.part == ICA], 1.4)
        return tree

    def render(
        self,
        random: np.random.Generator,
        name: str,
        segment: int,
        mix: bool = True,
        filling: Optional[float] = None,
        start: float = preprocess.FROM_MM - MARGIN,
        shape: Tuple[int, int, int] = (preprocess.SHAPE[0] + 2 * MARGIN, *preprocess.SHAPE[1:]),
        origin: Tuple[float, float] = preprocess.CENTRE,
        jitter: float = 3.0,
    ) -> Tuple[np.ndarray, Optional[occlude.Occlusion], np.ndarray, float, List[str]]:
        """HU volume of the asked-for frame, occlusion, its site in voxels of the network's block, arterial HU, resemblances.

        `segment` -1: no occlusion.
        """
        tree, scale = placed(self.tree(random, name, mix))
        level, occlusion = np.ones(len(tree.xyz)), None
        sides = occlude.candidates(tree, segment) if segment >= 0 else ()
        if sides:
            side = int(random.choice(sides))
            found = variants.resemblances(random, tree, level, side)
            occlusion = occlude.close(random, tree, side, segment, level, filling)
        else:
            found = variants.resemblances(random, tree, level, -1)
        scene = Scene(pose(random), scale, (0.0, 0.0, 0.0))
        top, y, x = head.framing(scene.to_patient(self.template.surface * scale))
        off = random.normal(0, jitter / 2, 3)
        scene.frame = (top + off[0], y + off[1], x + off[2])
        late = random.random()
        arterial = float(random.uniform(150, 240) if random.random() < 0.2 else random.uniform(240, 480))
        venous = arterial * (random.uniform(0, 0.3) if late < 0.4 else random.uniform(0.3, 1.0))
        volume = self.tissue(random, scene, start, shape, origin)
        blur = float(random.uniform(0.5, 0.8))
        extra = np.zeros(shape, np.float32)

        def put(points: np.ndarray, radius: np.ndarray, value: np.ndarray) -> None:
            raster.draw(extra, scene.to_voxels(points, start, origin), radius, value, blur)

        put(tree.xyz, tree.radius, np.where(level > 0, (arterial - 30) * level, occlude.CLOT_HU))
        for points, radius, share in anatomy.veins(random):
            put(points * scale, radius, np.full(len(points), venous * share))
        for points, radius, share in anatomy.scalp_arteries(random):
            put(points * scale, radius, np.full(len(points), arterial * share))
        for points, radius, value in anatomy.bones(random):
            put(points * scale, radius, np.full(len(points), value))
        self.calcify(random, tree, put, found)
        volume = scanner(random, volume + extra)
        site = np.full(3, np.nan)
        if occlusion is not None:
            site = scene.to_voxels(occlusion.site[None], preprocess.FROM_MM, preprocess.CENTRE)[0]
        if 0.3 * arterial < venous:
            found.append("veins")
        if arterial < 240:
            found.append("weak bolus")
        return np.clip(volume, -1000, 3000), occlusion, site, arterial, found

    def tissue(
        self,
        random: np.random.Generator,
        scene: Scene,
        start: float,
        shape: Tuple[int, int, int],
        origin: Tuple[float, float],
    ) -> np.ndarray:
        inverse, offset = scene.sampling(start, origin)
        volume = head.sample(self.template, inverse, offset, shape)
        # the template's averaged bone is too soft
        threshold, gain = random.uniform(90, 130), random.uniform(1.3, 3.6)
        volume += gain * np.maximum(volume - threshold, 0)
        if random.random() < 0.15:  # an old or large infarct
            centre = np.array([random.uniform(10, 60), random.uniform(20, 100), random.choice([35, 125])])
            grid = np.ogrid[: shape[0], : shape[1], : shape[2]]
            reach = sum(((g - c) / random.uniform(10, 30)) ** 2 for g, c in zip(grid, centre))
            volume -= np.float32(random.uniform(5, 22)) * ((reach < 1) & (volume > 0) & (volume < 60))
        return volume

    @staticmethod
    def calcify(random: np.random.Generator, tree: Tree, put: Put, found: List[str]) -> None:
        """Chalk in the siphon's wall, at times in M1's."""
        if random.random() > 0.35:
            return
        found.append("calcified")
        rows = np.nonzero((tree.part == ICA) & (tree.way > 3) & (tree.way < 30))[0]
        if random.random() < 0.15:
            rows = np.concatenate([rows, np.nonzero((tree.part == M1) & (tree.way < 15))[0]])
        if rows.size == 0:
            return
        chosen = random.choice(rows, random.integers(2, 14))
        centres = tree.xyz[chosen] + random.normal(0, 1.2, (len(chosen), 3))
        put(centres, random.uniform(0.5, 1.6, len(chosen)), random.uniform(500, 1300, len(chosen)))

    def phantom(self, random: np.random.Generator, name: str, segment: int, **options) -> Phantom:
        volume, occlusion, site, arterial, found = self.render(random, name, segment, **options)
        clean = preprocess.suppress_bone(preprocess.rounded(volume))
        slabs = preprocess.slab_maxima(clean)
        contrast = preprocess.contrast_voxels(clean[MARGIN:-MARGIN])
        packed = np.rint((slabs - preprocess.FLOOR_HU) / 4).astype(np.uint8)
        return Phantom(packed, occlusion, site, contrast, arterial, found)
