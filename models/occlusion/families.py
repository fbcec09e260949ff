"""Families of training phantoms: a head drawn once, then again with one artery after the other closed or narrowed.

What differs between the members of a family is the clot and what fills behind it, nothing else; only the box around what
changed is drawn again, so that a member costs a fraction of a phantom. For training alone.
"""
from typing import List, Optional, Tuple

import numpy as np

import anatomy
import head
import occlude
import preprocess
import raster
import variants
from phantom import MARGIN, Maker, Scene, noise_of, optics, placed, pose, seen_by
from trees import M1

SHAPE = (preprocess.SHAPE[0] + 2 * MARGIN, *preprocess.SHAPE[1:])
START, ORIGIN = preprocess.FROM_MM - MARGIN, preprocess.CENTRE
DRAWN, FILTERED = 5, 5  # voxels that a point and the scanner's filters reach
NONE = -1
# members: segment closed, or none and narrowed
MEMBERS = (1, 1, 1, 0, 0, 2, NONE)


def filling_of(random: np.random.Generator) -> float:
    """Mostly well filled: there the gap is the only sign."""
    return 1.0 if random.random() < 0.4 else float(random.uniform(0.25, 0.97))


class Family:
    def __init__(self, maker: Maker, random: np.random.Generator, name: str) -> None:
        self.random = random
        self.tree, scale = placed(maker.tree(random, name, True))
        self.level = np.ones(len(self.tree.xyz))
        self.found = variants.resemblances(random, self.tree, self.level, NONE)
        self.scene = Scene(pose(random), scale, (0.0, 0.0, 0.0))
        off = random.normal(0, 1.5, 3)
        self.scene.frame = tuple(np.add(head.framing(self.scene.to_patient(maker.template.surface * scale)), off))
        self.arterial = float(random.uniform(150, 240) if random.random() < 0.2 else random.uniform(240, 480))
        venous = self.arterial * (random.uniform(0, 0.3) if random.random() < 0.4 else random.uniform(0.3, 1.0))
        self.tissue = maker.tissue(random, self.scene, START, SHAPE, ORIGIN)
        self.blur, self.optics = float(random.uniform(0.5, 0.8)), optics(random)
        self.rest = np.zeros(SHAPE, np.float32)  # what is no artery of the tree

        def put(points: np.ndarray, radius: np.ndarray, value: np.ndarray) -> None:
            raster.draw(self.rest, self.scene.to_voxels(points, START, ORIGIN), radius, value, self.blur)

        for points, radius, share in anatomy.veins(random):
            put(points * scale, radius, np.full(len(points), venous * share))
        for points, radius, share in anatomy.scalp_arteries(random):
            put(points * scale, radius, np.full(len(points), self.arterial * share))
        for points, radius, value in anatomy.bones(random):
            put(points * scale, radius, np.full(len(points), value))
        maker.calcify(random, self.tree, put, self.found)
        self.noise = noise_of(random, SHAPE)
        self.voxels = self.scene.to_voxels(self.tree.xyz, START, ORIGIN)
        whole = tuple(slice(0, n) for n in SHAPE)
        volume = preprocess.rounded(self.drawn(self.level, self.tree.radius, whole, whole))
        clean = preprocess.suppress_bone(volume)
        self.bone = (clean != volume) | (volume == preprocess.FLOOR_HU)
        self.contrast = preprocess.contrast_voxels(clean[MARGIN:-MARGIN])
        self.clean, self.slabs = clean, packed(clean)

    def drawn(self, level: np.ndarray, radius: np.ndarray, outer: tuple, inner: tuple) -> np.ndarray:
        """HU of the inner box, with the outer one's voxels for the filters."""
        corner = np.array([s.start for s in outer])
        extra = self.rest[outer].copy()
        value = np.where(level > 0, (self.arterial - 30) * level, occlude.CLOT_HU)
        raster.draw(extra, self.voxels - corner, radius, value, self.blur)
        hu = seen_by(self.tissue[outer] + extra, *self.optics)
        cut = tuple(slice(i.start - o.start, i.stop - o.start) for i, o in zip(inner, outer))
        return np.clip(hu[cut] + self.noise[inner], -1000, 3000)

    def member(self, level: np.ndarray, radius: np.ndarray) -> np.ndarray:
        """Slabs with another level or radius of some of the tree's points."""
        changed = self.voxels[(level != self.level) | (radius != self.tree.radius)]
        inner, outer = (box(changed, DRAWN + FILTERED + more) for more in (0, FILTERED))
        if any(s.stop <= s.start for s in inner):
            return self.slabs
        hu = preprocess.rounded(self.drawn(level, radius, outer, inner))
        columns = (slice(None), *inner[1:])
        clean = self.clean[columns].copy()
        clean[inner[0]] = np.where(self.bone[inner], np.int16(preprocess.FLOOR_HU), hu)
        slabs = self.slabs.copy()
        slabs[columns] = packed(clean)
        return slabs

    def closed(self, segment: int) -> Tuple[np.ndarray, Optional[occlude.Occlusion], np.ndarray]:
        """Slabs, occlusion and its site in the block's voxels."""
        sides = occlude.candidates(self.tree, segment)
        if not sides:
            return self.slabs, None, np.full(3, np.nan)
        level, side = self.level.copy(), int(self.random.choice(sides))
        occlusion = occlude.close(self.random, self.tree, side, segment, level, filling_of(self.random))
        site = self.scene.to_voxels(occlusion.site[None], preprocess.FROM_MM, ORIGIN)[0]
        return self.member(level, self.tree.radius), occlusion, site

    def narrowed(self) -> np.ndarray:
        """A stenosis of the trunk, shown and no occlusion."""
        side, radius = int(self.random.integers(2)), self.tree.radius.copy()
        middle = self.random.uniform(2, max(4, self.tree.sides[side].m1_mm - 2))
        reach = self.random.uniform(1.5, 5)
        trunk = (self.tree.side == side) & (self.tree.part == M1) & (abs(self.tree.way - middle) < reach)
        radius[trunk] *= self.random.uniform(0.4, 0.65)
        return self.member(self.level, radius)


def box(points: np.ndarray, reach: int) -> tuple:
    if not len(points):
        return (slice(0, 0),) * 3
    low, high = np.floor(points.min(0)).astype(int) - reach, np.ceil(points.max(0)).astype(int) + reach
    return tuple(slice(max(0, int(a)), min(n, max(0, int(b)))) for a, b, n in zip(low, high, SHAPE))


def packed(clean: np.ndarray) -> np.ndarray:
    return np.rint((preprocess.slab_maxima(clean) - preprocess.FLOOR_HU) / 4).astype(np.uint8)


def family(maker: Maker, random: np.random.Generator) -> List[dict]:
    """The head untouched, then its members, as rows of render.py."""
    name = str(random.choice(maker.names))
    one = Family(maker, random, name)
    shown = ", ".join(sorted(set(one.found)))

    def row(slabs: np.ndarray, occlusion: Optional[occlude.Occlusion], site: np.ndarray) -> dict:
        return {
            "slabs": slabs,
            "subject": name,
            "side": NONE if occlusion is None else occlusion.side,
            "segment": NONE if occlusion is None else occlusion.segment,
            "filling": np.nan if occlusion is None else occlusion.filling,
            "site": site,
            "contrast": one.contrast,
            "arterial": one.arterial,
            "resemblances": shown,
        }

    nowhere = np.full(3, np.nan)
    rows = [row(one.slabs, None, nowhere)]
    for segment in MEMBERS:
        rows.append(row(*one.closed(segment)) if segment >= 0 else row(one.narrowed(), None, nowhere))
    return rows
