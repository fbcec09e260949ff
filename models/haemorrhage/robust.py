"""The same patient as another scanner or another hand would have sent it: how far does the study's probability move?"""
import pathlib
from dataclasses import dataclass
from typing import Callable, Dict, List, Tuple

import numpy as np
from scipy import ndimage

import dataset
import lesions
import preprocess
from anatomy import Head
from combine import Calibration
from resample import Cut, recut, slabs
from trial import Judge, Said

SEED = 5
OF_EACH = 6  # real bleeding, clean and implanted patients: the first of their fold order by number
LARGEST_CHANGE = 0.1
REFUSED = {"6 mm slices", "8 mm slices"}  # thicker than what the manifest accepts: not analysable
AS_IT_WAS = "as it was"
KERNEL_NOISE_HU, KERNEL_SHARPNESS = 40.0, 1.0  # at the scanner's pixel, before the model's grid
Series = Tuple[np.ndarray, np.ndarray]  # images [n, rows, cols] on the 1.4 mm grid, heights [n]


def cut_anew(cut: Cut) -> Callable[[Series], Series]:
    return lambda series: slabs(*recut(*series, cut))


def shifted(series: Series) -> Series:
    """The head 9.1 mm down, 7 mm aside and 2 mm up in the picture: half pixels, so interpolated."""
    images = [ndimage.shift(i, (6.5, -5.0), order=1, cval=preprocess.OUTSIDE_HU) for i in series[0]]
    return np.stack(images), series[1] + 2.0


TRANSFORMATIONS: Dict[str, Callable[[Series], Series]] = {
    "0.6 mm slices": cut_anew(Cut(0.6)),
    "2.5 mm slices": cut_anew(Cut(2.5)),
    "6 mm slices": cut_anew(Cut(6.0)),
    "8 mm slices": cut_anew(Cut(8.0)),
    "tilted 15°": cut_anew(Cut(5.0, 15.0)),
    "tilted -15°": cut_anew(Cut(5.0, -15.0)),
    "mirrored": lambda series: (series[0][:, :, ::-1], series[1]),
    "shifted": shifted,
    "reverse order": lambda series: (series[0][::-1], series[1][::-1]),
}


def bone_kernel(slices: dataset.Slices, data: pathlib.Path, head_hu: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """A sharp kernel's grain and edges, made at the scanner's pixel and then resampled; added to `head_hu`."""
    random = np.random.default_rng(SEED)
    spacing = (dataset.PICTURE_MM / dataset.DICOM_PIXELS,) * 2
    changed = []
    for k, row in enumerate(rows):
        image = dataset.rebuilt_hu(data, int(slices.patient[row]), int(slices.number[row])).astype(np.float64)
        grain = random.standard_normal(image.shape)
        grain -= ndimage.gaussian_filter(grain, 1.5)
        added = KERNEL_SHARPNESS * (image - ndimage.gaussian_filter(image, 1.2)) + KERNEL_NOISE_HU * grain / grain.std()
        changed.append(head_hu[k] + preprocess.area_resample(added, spacing, 0.0))
    return np.clip(np.stack(changed), preprocess.OUTSIDE_HU, preprocess.MAXIMUM_HU).astype(np.float32)


@dataclass
class Sent:
    """One patient and what is said of every way it was sent."""

    kind: str
    patient: int
    fold: int
    said: Dict[str, Said]


def ask(series: Series, judge: Judge) -> Said:
    images, z = series
    return judge(np.stack([preprocess.stack(images, z, k) for k in range(len(z))]))[0]


def chosen_patients(
    slices: dataset.Slices, heads: Dict[int, Head]
) -> List[Tuple[str, int, np.ndarray, np.ndarray, np.ndarray]]:
    """Kind, patient, rows, HU and heights."""
    patients = np.unique(slices.patient)
    bleeding = [int(p) for p in patients if slices.bleeds[slices.patient == p].any()][:OF_EACH]
    rows_of = {int(p): np.nonzero(slices.patient == p)[0] for p in patients}
    found = []
    for kind, group in (("bleeds", bleeding), ("clean", list(heads)[:OF_EACH])):
        for patient in group:
            rows = rows_of[patient]
            z = slices.number[rows] * dataset.SLICE_MM
            found.append((kind, patient, rows, slices.hu[rows].astype(np.float32), z))
    for patient, kind in zip(list(heads)[OF_EACH : 2 * OF_EACH], lesions.KINDS):
        result = lesions.implant(np.random.default_rng((SEED, patient)), heads[patient], kind, 8.0)
        if result is not None:
            found.append((f"implanted {kind}", patient, rows_of[patient], result.hu, heads[patient].z))
    return found


def sent(
    slices: dataset.Slices,
    data: pathlib.Path,
    heads: Dict[int, Head],
    fold_of: Dict[int, int],
    fold: int,
    judge: Judge,
) -> List[Sent]:
    """The chosen patients of one fold, judged by the network that never saw them."""
    found = []
    for kind, patient, rows, hu, z in chosen_patients(slices, heads):
        if fold_of[patient] != fold:
            continue
        said = {AS_IT_WAS: ask((hu, z), judge)}
        said.update({name: ask(move((hu, z)), judge) for name, move in TRANSFORMATIONS.items()})
        said["bone kernel"] = ask((bone_kernel(slices, data, hu, rows), z), judge)
        found.append(Sent(kind, patient, fold, said))
    return found


def summary(every: List[Sent], calibration: Calibration) -> dict:
    """Change of each patient's probability under each transformation."""
    table = []
    for one in sorted(every, key=lambda s: (s.kind, s.patient)):
        probability = {name: calibration.study_probability(said) for name, said in one.said.items()}
        before = probability.pop(AS_IT_WAS)
        change = {name: round(after - before, 4) for name, after in probability.items()}
        table.append({"patient": one.patient, "kind": one.kind, "probability": round(before, 4), "change": change})
    moved = {name: np.abs([row["change"][name] for row in table]) for name in table[0]["change"]}
    return {
        "patients": len(table),
        "refused": sorted(REFUSED),
        "largest_change": {name: round(float(m.max()), 4) for name, m in moved.items()},
        "median_change": {name: round(float(np.median(m)), 4) for name, m in moved.items()},
        "share_within": {name: round(float((m < LARGEST_CHANGE).mean()), 4) for name, m in moved.items()},
        "by_patient": table,
    }
