"""The published network that taught ours, over one DICOM folder in a process of its own, by ONNX Runtime on two threads.

usage: teacher.py export MODEL.onnx | run MODEL.onnx FOLDER. Its weights are no part of this repository and don't change
how long it takes, so the exported ones are random.
"""
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "models" / "haemorrhage"))
TILE_MM = 80  # context on both sides of a tile's result


def export(path: str) -> None:
    import torch
    import deepmedic

    shape = (1, 1, *(size + TILE_MM for size in deepmedic.OUTPUT))
    torch.onnx.export(deepmedic.DeepMedic().eval(), torch.zeros(shape), path, opset_version=17)


def head_mm(folder: str) -> np.ndarray:
    """The series in 1 mm voxels by nearest neighbours, HU scaled as the network wants it [z, y, x]."""
    import pydicom

    slices = [pydicom.dcmread(path) for path in pathlib.Path(folder).glob("*.dcm")]
    slices.sort(key=lambda s: float(s.ImagePositionPatient[2]))
    hu = np.stack([s.pixel_array * float(s.RescaleSlope) + float(s.RescaleIntercept) for s in slices])
    z = np.array([float(s.ImagePositionPatient[2]) for s in slices])
    spacing = (np.median(np.diff(z)), *map(float, slices[0].PixelSpacing))
    at = [np.minimum(np.arange(0, n * mm) / mm, n - 1).astype(int) for n, mm in zip(hu.shape, spacing)]
    return (np.clip(hu[at[0]][:, at[1]][:, :, at[2]], -15, 100) + 15).astype(np.float32) * (2 / 115) - 1


def run(path: str, folder: str) -> None:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    tile = [size - TILE_MM for size in session.get_inputs()[0].shape[2:]]
    head = head_mm(folder)
    padded = np.pad(head, [(TILE_MM // 2, TILE_MM // 2 + size) for size in tile], constant_values=-1.0)
    for steps in np.ndindex(*(-(-n // size) for n, size in zip(head.shape, tile))):
        low = [step * size for step, size in zip(steps, tile)]
        if (head[tuple(slice(a, a + size) for a, size in zip(low, tile))] > -0.9).mean() > 0.02:
            piece = padded[tuple(slice(a, a + size + TILE_MM) for a, size in zip(low, tile))]
            session.run(None, {session.get_inputs()[0].name: piece[None, None]})


if __name__ == "__main__":
    {"export": export, "run": run}[sys.argv[1]](*sys.argv[2:])
