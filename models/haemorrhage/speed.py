"""Ours and the teacher's network beside each other on one core, both as ONNX; adds the figures to evaluation.json."""
import argparse
import json
import pathlib
import tempfile
import time
from typing import List

import numpy as np
import torch

import dataset
import deepmedic
import preprocess
from export import HERE, open_session

PATIENTS = (66,)  # one: the teacher takes minutes
CONTEXT_MM = 40
LOW_HU, HIGH_HU = -15.0, 100.0
TIMED_TILES = 2  # of the teacher's, which are all of one size: the rest is counted


def volume_mm(slices: dataset.Slices, rows: np.ndarray) -> np.ndarray:
    """The head in 1 mm voxels, scaled as the teacher wants it [z, y, x]: nearest neighbours, for timing."""
    hu = slices.hu[rows]
    z = np.repeat(np.arange(len(rows)), 5)
    y = np.minimum(np.arange(int(hu.shape[1] * 1.4)) / 1.4, hu.shape[1] - 1).astype(int)
    head = hu[z][:, y][:, :, y].astype(np.float32)
    return (np.clip(head, LOW_HU, HIGH_HU) - LOW_HU) * (2 / (HIGH_HU - LOW_HU)) - 1


def tiles(volume: np.ndarray) -> List[np.ndarray]:
    """Every tile that holds any tissue, with its context."""
    padded = np.pad(volume, CONTEXT_MM + 80, constant_values=-1.0)
    found = []
    for starts in np.ndindex(*(-(-n // o) for n, o in zip(volume.shape, deepmedic.OUTPUT))):
        low = [s * o + 80 for s, o in zip(starts, deepmedic.OUTPUT)]
        tile = padded[tuple(np.s_[a : a + o + 2 * CONTEXT_MM] for a, o in zip(low, deepmedic.OUTPUT))]
        centre = tile[tuple(np.s_[CONTEXT_MM : CONTEXT_MM + o] for o in deepmedic.OUTPUT)]
        if (centre > -0.9).mean() > 0.02:
            found.append(tile[None, None])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--report", type=pathlib.Path, default=HERE / "evaluation.json")
    options = parser.parse_args()
    torch.set_num_threads(1)
    slices = dataset.load(options.data, options.out / "slices.npz")
    shape = (1, 1, *(o + 2 * CONTEXT_MM for o in deepmedic.OUTPUT))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "teacher.onnx"
        torch.onnx.export(deepmedic.DeepMedic().eval(), torch.zeros(shape), str(path), opset_version=17)
        theirs, ours = open_session(path), open_session(HERE / "model.onnx")
    rows = []
    for patient in PATIENTS:
        own = np.nonzero(slices.patient == patient)[0]
        cut = tiles(volume_mm(slices, own))
        begun = time.process_time()
        for tile in cut[:TIMED_TILES]:
            theirs.run(None, {theirs.get_inputs()[0].name: tile})
        teacher = (time.process_time() - begun) * len(cut) / TIMED_TILES
        begun = time.process_time()
        for row in own:
            hu = preprocess.stack(slices.hu[own].astype(np.float32), slices.number[own] * 5.0, int(row - own[0]))
            ours.run(None, {"hu": hu[None]})
        mine = time.process_time() - begun
        row = {"patient": patient, "slices": len(own), "ours_s": round(mine, 3), "teacher_s": round(teacher, 1)}
        rows.append({**row, "ours_ms_per_slice": round(mine / len(own) * 1000, 2)})
        print(rows[-1], len(cut), "tiles", flush=True)
    report = json.loads(options.report.read_text())
    factor = min(r["teacher_s"] / r["ours_s"] for r in rows)
    report["speed"] = {"by_patient": rows, "times_faster_least": round(factor, 1)}
    options.report.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
