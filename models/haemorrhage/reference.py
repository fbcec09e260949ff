"""Write the vectors in reference/: stored pixels in, preprocessed crop out; and what PyTorch says of one crop."""
import argparse
import json
import pathlib
from typing import Tuple

import numpy as np
import torch

import dataset
import preprocess
from combine import Calibration
from export import Calibrated
from judged import restore

HERE = pathlib.Path(__file__).parent / "reference"
PATIENT, SLICE, PIXELS = 66, 18, 256


def write(name: str, stored: np.ndarray, slope: float, intercept: float, spacing: Tuple[float, float]) -> None:
    image = preprocess.area_resample(preprocess.hounsfield(stored, slope, intercept), spacing)
    origin = preprocess.crop_origin(image)
    stored.astype("<i2").tofile(HERE / f"{name}.stored.i16")
    preprocess.crop(image, origin).astype("<f4").tofile(HERE / f"{name}.expected.f32")
    (HERE / f"{name}.toml").write_text(
        f"rows = {stored.shape[0]}\ncols = {stored.shape[1]}\nslope = {slope}\nintercept = {intercept}\n"
        f"spacing_row = {spacing[0]}\nspacing_col = {spacing[1]}\norigin = [{origin[0]}, {origin[1]}]\n"
    )


def oblong() -> np.ndarray:
    """A head off centre, a headrest apart from it, padding of -3024 and unequal spacing, in steps of half a unit."""
    rows, cols = np.mgrid[:220, :300].astype(float)
    reach = np.hypot((rows - 95) / 80, (cols - 190) / 85)
    hu = np.where(reach < 0.9, 35 + 8 * np.sin(rows / 5) * np.cos(cols / 7), np.where(reach < 1, 900.0, -1000.0))
    hu[(rows > 190) & (rows < 200)] = 150
    hu[np.hypot(rows - 110, cols - 150) > 160] = -3024
    return np.rint((hu + 1024) * 2)


def word(name: str, built: pathlib.Path) -> None:
    """What the shipped network says in PyTorch of the crop `name`, given as all three slices: its map, and a number."""
    report = json.loads((HERE.parent / "evaluation.json").read_text())
    model = Calibrated(restore(built, "shipped"), Calibration(**report["calibration"])).eval()
    crop = np.fromfile(HERE / f"{name}.expected.f32", "<f4").reshape(1, 1, preprocess.SIZE, preprocess.SIZE)
    with torch.no_grad():
        mask, probability = model(torch.from_numpy(np.repeat(crop, 3, 1)))
    mask.numpy().astype("<f4").tofile(HERE / f"{name}.mask.f32")
    (HERE / f"{name}.word.toml").write_text(f"slice_probability = {float(probability):.6f}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    options = parser.parse_args()
    HERE.mkdir(exist_ok=True)
    spacing = dataset.PICTURE_MM / dataset.DICOM_PIXELS
    half = dataset.rebuilt_hu(options.data, PATIENT, SLICE).reshape(PIXELS, 2, PIXELS, 2).mean((1, 3))
    write("ctich", np.rint(half + 1024), 1.0, -1024.0, (2 * spacing, 2 * spacing))
    write("oblong", oblong(), 0.5, -1024.0, (0.95, 0.9))
    word("ctich", options.out)


if __name__ == "__main__":
    main()
