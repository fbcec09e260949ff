"""Write the vector in reference/: a small drawn series in, the network's input out, and what PyTorch says of it."""
import argparse
import json
import pathlib
from typing import Tuple

import numpy as np
import torch

import preprocess
from export import Calibrated
from study import restore

HERE = pathlib.Path(__file__).parent / "reference"
SHAPE, SPACING, SLICE_MM, B_HIGH, B_LOW = (5, 34, 30), (6.2, 6.7), 6.5, 1000.0, 5.0
KEPT = (2,)  # slices whose network input is written


def drawn() -> Tuple[np.ndarray, np.ndarray]:
    """Trace and b0 of an off-centre head with a bright spot, dark surroundings and some pixels without signal."""
    count, rows, cols = np.mgrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]].astype(float)
    reach = np.hypot((rows - 15) / 13, (cols - 17) / 10) + 0.03 * count
    adc = np.where(reach < 0.35, 3000.0, 750.0 + 60 * np.sin(rows / 3) * np.cos(cols / 4))
    b0 = np.where(reach < 1, 600 + 40 * np.cos(cols / 5), 12 + 3 * np.sin(rows * cols))
    spot = np.hypot(rows - 20, cols - 22) < 2.5
    adc[spot], b0[spot] = 380.0, 650.0
    trace = np.where(reach < 1, b0 * np.exp(-B_HIGH * adc * 1e-6), 10 + 3 * np.cos(rows + cols))
    trace[:, :3], b0[:, :, :2] = 0.0, 0.0
    return np.rint(trace), np.rint(b0)


def word(given: np.ndarray, weights: pathlib.Path) -> Tuple[np.ndarray, float]:
    """Map and probability of one slice by the trained network itself, before any export."""
    report = json.loads((HERE.parent / "evaluation.json").read_text())
    model = Calibrated(restore(weights), report["calibration"]["slice"]).eval()
    with torch.no_grad():
        mask, probability, _ = model(torch.from_numpy(given))
    return mask[0, 0].numpy(), float(probability[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--name", default="shipped")
    options = parser.parse_args()
    torch.set_num_threads(1)
    HERE.mkdir(exist_ok=True)
    trace, b0 = drawn()
    positions = -20.0 + SLICE_MM * np.arange(SHAPE[0])
    source = preprocess.Source(trace, b0, None, positions, SPACING, B_HIGH, B_LOW)
    prepared = preprocess.prepare(source)
    trace.astype("<f4").tofile(HERE / "series.trace.f32")
    b0.astype("<f4").tofile(HERE / "series.b0.f32")
    given = np.stack([preprocess.stack(prepared, i) for i in KEPT]).astype("<f4")
    given.tofile(HERE / "series.expected.f32")
    mask, probability = word(given, options.out / f"{options.name}.pt")
    mask.astype("<f4").tofile(HERE / "series.map.f32")
    (HERE / "series.word.toml").write_text(f"slice_probability = {probability:.8f}\n")
    (HERE / "series.toml").write_text(
        f"slices = {SHAPE[0]}\nrows = {SHAPE[1]}\ncols = {SHAPE[2]}\n"
        f"spacing_row = {SPACING[0]}\nspacing_col = {SPACING[1]}\npositions = {list(map(float, positions))}\n"
        f"b_high = {B_HIGH}\nb_low = {B_LOW}\nscale = {prepared.scale!r}\norigin = {list(prepared.origin)}\n"
        f"expected_slices = {list(KEPT)}\n"
    )


if __name__ == "__main__":
    main()
