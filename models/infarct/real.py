"""The few real series at hand, reported apart as single cases: nothing here trains, calibrates or sets a threshold.

A case whose files are absent is left out; the licences of ISLES 2022 and AISD allow tests; nothing is kept.
"""
import pathlib
from typing import Callable, Dict, Optional, Tuple

import nibabel
import numpy as np
from PIL import Image

import preprocess
import series
from network import InfarctNet
from repack import enhanced
from study import calibrated, dice, predict, verdict

ISLES = pathlib.Path("isles22-0009/utils/data")
NAME = "sub-strokecase0009"
Truth = Optional[np.ndarray]


def isles(data: pathlib.Path) -> Tuple[preprocess.Source, Truth]:
    raw = data / ISLES / "rawdata" / NAME / "ses-0001"
    mask = data / ISLES / "derivatives" / NAME / "ses-0001" / f"{NAME}_ses-0001_msk.nii.gz"
    source = series.from_nifti(raw / f"{NAME}_ses-0001_dwi.nii.gz", raw / f"{NAME}_ses-0001_adc.nii.gz")
    truth = nibabel.as_closest_canonical(nibabel.load(mask)).get_fdata().transpose(2, 1, 0)[:, ::-1, ::-1]
    return source, truth > 0.5


def without_adc(read: Callable[[pathlib.Path], Tuple[preprocess.Source, Truth]]) -> Callable:
    def bare(data: pathlib.Path) -> Tuple[preprocess.Source, Truth]:
        source, truth = read(data)
        source.adc = source.b0 = None
        return source, truth

    return bare


def dicom(folder: str) -> Callable[[pathlib.Path], Tuple[preprocess.Source, Truth]]:
    return lambda data: (series.from_dicom(series.pictures_in(data / folder)), None)


def repacked(folder: str) -> Callable[[pathlib.Path], Tuple[preprocess.Source, Truth]]:
    return lambda data: (series.from_dicom([enhanced(series.pictures_in(data / folder))]), None)


CASES: Dict[str, Tuple[str, Callable]] = {
    "isles22-0009": ("ISLES 2022 case 0009, expert's outline of 4.2 mL", isles),
    "isles22-0009 without ADC": ("the same, ADC withheld", without_adc(isles)),
    "aisd-0019983": ("AISD patient 0019983, acute stroke, trace pictures only", dicom("aisd-0019983/DWI")),
    "philips classic": ("volunteer without a lesion, classic DICOM", dicom("philips-dwi/In/cl")),
    "philips enhanced": ("the same as one enhanced multi-frame object", repacked("philips-dwi/In/cl")),
    "philips classic without ADC": ("the same, ADC withheld", without_adc(dicom("philips-dwi/In/cl"))),
}


def picture(prepared: preprocess.Prepared, found: np.ndarray, truth: Truth, path: pathlib.Path) -> None:
    """A sheet of slices: found in red, the outline in green. For the eyes of who trains; never shipped."""
    grey = np.clip(prepared.dwi * 90, 0, 255).astype(np.uint8)
    sheet = np.stack([grey] * 3, -1)
    sheet[..., 0][found] = 255
    if truth is not None:
        sheet[..., 1][truth] = 255
    step = max(1, len(sheet) // 24)
    tiles = list(sheet[::step])
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % 6)
    rows = [np.hstack(tiles[i : i + 6]) for i in range(0, len(tiles), 6)]
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.vstack(rows)).save(path)


def one(source: preprocess.Source, truth: Truth, model: InfarctNet, report: dict, path: pathlib.Path) -> dict:
    prepared = preprocess.prepare(source)
    said = predict(model, preprocess.stacks(prepared))
    known = np.full(len(said.score), prepared.adc.max() >= 0)
    probability = calibrated(said.score, known, report["calibration"]["slice"])
    slice_mm = float(np.median(np.diff(prepared.positions)))
    result = verdict(probability, said.mask, said.territory, slice_mm, report)
    outline = None
    if truth is not None:
        outline = preprocess.crop(preprocess.area_resample(truth, source.spacing), prepared.origin) > 0.5
    picture(prepared, result.lesion, outline, path)
    figures = {
        "slices": len(probability),
        "adc": bool(prepared.adc.max() >= 0),
        "probability": round(result.probability, 4),
        "flagged": result.probability >= report["thresholds"]["study"],
        "slices_flagged": result.slices_flagged,
        "ml": round(result.ml, 2),
        "territories": result.territories,
    }
    if outline is not None:
        figures["outlined_ml"] = round(float(outline.sum()) * preprocess.SPACING_MM**2 * slice_mm / 1000, 2)
        figures["dice"] = round(dice(result.lesion, outline), 3)
    return figures


def cases(data: pathlib.Path, model: InfarctNet, report: dict, out: pathlib.Path) -> Dict[str, dict]:
    found: Dict[str, dict] = {}
    for name, (what, read) in CASES.items():
        try:
            source, truth = read(data)
        except (FileNotFoundError, preprocess.NotAnalysable) as absent:
            found[name] = {"what": what, "absent": str(absent)[:80]}
            continue
        path = out / "pictures" / f"{name.replace(' ', '-')}.png"
        found[name] = {"what": what, **one(source, truth, model, report, path)}
    return found
