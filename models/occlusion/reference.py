"""Write the vectors in reference/: a drawn head's slices, the network's input, and what PyTorch says of it. Drawn from
formulas alone; no data set."""
import argparse
import gzip
import json
import pathlib

import numpy as np
import torch

import preprocess
from evaluate import restore
from export import Calibrated

HERE = pathlib.Path(__file__).parent / "reference"
PIXELS, SPACING_MM, DISTANCE_MM, SLICES, TOP_MM = (80, 72), (2.9, 2.7), 2.4, 66, 41.3
# the vector's pixels are coarser than the manifest allows, to keep it small; the steps are the same


def hu(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """A head 190 mm long with skull, two arteries, a calcification; mm from its middle, z upwards."""
    reach = np.sqrt((x / 76) ** 2 + (y / 95) ** 2 + (z / 90) ** 2)
    values = np.where(reach < 1.0, 40.0 + 6 * np.sin(x / 4) * np.cos(y / 6) * np.sin(z / 5), -1000.0)
    values = np.where((reach > 0.88) & (reach < 0.96), 1000.0 + 150 * np.sin(x / 9), values)
    for side, level in ((-1, 420.0), (1, 330.0)):
        course = np.hypot(y + 15 - 6 * np.sin(x / 12), z + 18 - 0.15 * abs(x))
        values = np.where((course < 3.5) & (side * x > 0) & (abs(x) < 48) & (reach < 0.85), level, values)
        stem = np.hypot(x - side * 12, y + 15)
        values = np.where((stem < 3.5) & (z < -16) & (reach < 0.85), level, values)
    values = np.where(np.sqrt((x - 14) ** 2 + (y + 17) ** 2 + (z + 26) ** 2) < 4, 900.0, values)
    return np.where((abs(y - 118) < 3) & (abs(x) < 70), 120.0, values)  # headrest


def drawn() -> tuple:
    """Stored slices [n, rows, cols] highest first, and their positions."""
    rows, columns = (np.arange(n) + 0.5 for n in PIXELS)
    y, x = np.meshgrid(rows * SPACING_MM[0] - 104, columns * SPACING_MM[1] - 93, indexing="ij")
    positions = TOP_MM - DISTANCE_MM * np.arange(SLICES)
    below = 97.3  # mm from the top slice to the head's middle
    stored = [np.rint((hu(x, y, below - (TOP_MM - p)) + 1024.0) * 2) for p in positions]
    return np.array(stored).astype("<i2"), positions


def packed(path: pathlib.Path, content: bytes) -> None:
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as zipped:
        zipped.write(content)


def word(slabs: np.ndarray, out: pathlib.Path) -> str:
    """The probabilities of the trained network itself, before any export."""
    report = json.loads((HERE.parent / "evaluation.json").read_text())
    model = Calibrated(restore(out), report["calibration"]).eval()
    with torch.no_grad():
        probability, _ = model(torch.from_numpy(slabs.astype("<f4"))[None])
    return "segment_probability = [" + ", ".join(f"{p:.8f}" for p in probability[0].tolist()) + "]\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    HERE.mkdir(exist_ok=True)
    stored, positions = drawn()
    rows, columns = (preprocess.overlap_matrix(n, s) for n, s in zip(PIXELS, SPACING_MM))
    pictures = [preprocess.resample(s, 0.5, -1024.0, rows, columns) for s in stored]
    block = preprocess.block_of(pictures, positions)
    clean = preprocess.suppress_bone(block.volume)
    slabs = preprocess.network_input(block.volume)
    bone = int((clean != block.volume).sum())
    packed(HERE / "drawn.stored.i16.gz", stored.tobytes())
    packed(HERE / "drawn.expected.f32.gz", slabs.astype("<f4").tobytes())
    (HERE / "drawn.word.toml").write_text(word(slabs, options.out))
    listed = ", ".join(f"{p:.4f}" for p in positions)
    (HERE / "drawn.toml").write_text(
        f"rows = {PIXELS[0]}\ncols = {PIXELS[1]}\nslope = 0.5\nintercept = -1024.0\n"
        f"spacing_row = {SPACING_MM[0]}\nspacing_col = {SPACING_MM[1]}\npositions = [{listed}]\n"
        f"distance = {preprocess.slice_distance(positions):.6f}\ntop = {block.top_mm:.6f}\n"
        f"vertex = {block.vertex}\narea_at_vertex = {block.areas[block.vertex]}\n"
        f"origin = [{block.origin[0]}, {block.origin[1]}]\n"
        f"changed_by_bone = {bone}\ncontrast_voxels = {preprocess.contrast_voxels(clean)}\n"
    )


if __name__ == "__main__":
    main()
