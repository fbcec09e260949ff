"""The head around the trees: Rorden's CT template in Hounsfield units, its surface, and its sampling into the block."""
import pathlib
import struct
from dataclasses import dataclass
from typing import Tuple

import numpy as np
from scipy import ndimage

import preprocess

VOXEL_MM = 2.0
# MNI mm of voxel 0 with x to the patient's left, y to posterior, z upwards
CORNER = np.array([-90.0, 126.0, -72.0])
DIRECTION = np.array([1.0, -1.0, 1.0])


@dataclass
class Template:
    hu: np.ndarray  # [x, y, z] float32
    surface: np.ndarray  # [n, 3] MNI mm of every 4 mm voxel of the head


def nifti(path: pathlib.Path) -> np.ndarray:
    """Scaled voxels of a plain, uncompressed NIfTI-1 file."""
    content = path.read_bytes()
    order = "<" if struct.unpack("<i", content[:4])[0] == 348 else ">"
    shape = struct.unpack(order + "3h", content[42:48])
    kind = {2: "u1", 4: "i2", 16: "f4"}[struct.unpack(order + "h", content[70:72])[0]]
    start, slope, intercept = struct.unpack(order + "3f", content[108:120])
    voxels = np.frombuffer(content, order + kind, int(np.prod(shape)), int(start)).reshape(shape, order="F")
    return voxels.astype(np.float32) * np.float32(slope or 1) + np.float32(intercept)


def hounsfield(cormack: np.ndarray) -> np.ndarray:
    """The toolbox's scale, in which -100 … 100 HU is stretched elevenfold, back to HU."""
    middle = np.where(cormack < 3100, (cormack - 900) / 11 - 100, cormack - 3000)
    return np.where(cormack < 900, cormack - 1000, middle).astype(np.float32)


def load(folder: pathlib.Path) -> Template:
    hu = hounsfield(nifti(folder / "scct.nii"))
    pieces, _ = ndimage.label(hu > preprocess.HEAD_ABOVE_HU)
    head = pieces == 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))
    places = np.argwhere(head[::2, ::2, ::2]) * 2
    return Template(hu, CORNER + DIRECTION * VOXEL_MM * places)


def framing(surface: np.ndarray) -> Tuple[float, float, float]:
    """Of head points in patient mm (8 * 4 mm voxels each): top of the block's frame z, and centre y, x, as preprocess finds them."""
    volume = (2 * VOXEL_MM) ** 3
    top = surface[:, 2].max() + 1.0
    depth = top - surface[:, 2]
    # 4 mm voxels spread over their height
    counts = np.bincount(np.floor(depth).astype(int), minlength=200).astype(float) * volume
    areas = np.convolve(counts, np.ones(9) / 9, "same")
    vertex = float(np.argmax(areas >= preprocess.VERTEX_MM2))
    at = depth - vertex - preprocess.FROM_MM
    middle = surface[(at >= 0) & (at < preprocess.CENTRE_BINS)]
    return top - vertex, float(middle[:, 1].mean()), float(middle[:, 0].mean())


def sample(template: Template, inverse: np.ndarray, offset: np.ndarray, shape: Tuple[int, int, int]) -> np.ndarray:
    """Template HU at voxels [z, y, x]; MNI mm = inverse @ (z, y, x) + offset."""
    scale = (DIRECTION / VOXEL_MM)[:, None]
    start = (offset - CORNER) * DIRECTION / VOXEL_MM
    return ndimage.affine_transform(
        template.hu, scale * inverse, start, shape, order=1, cval=-1000.0, output=np.float32
    )
