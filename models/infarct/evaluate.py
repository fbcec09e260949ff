"""Judge the network on drawn patients whose outlines and seeds it never saw; writes evaluation.json.

Calibration and every threshold come from the validation patients; the test patients only measure.
"""
import argparse
import json
import pathlib
from dataclasses import dataclass
from typing import Dict, List, Tuple

import numpy as np
import torch

import dataset
import preprocess
import real
from figures import auc, bootstrap, calibration_error, logit, platt, reliability, sigmoid, top_mean, wilson
from study import Predicted, calibrated, dice, named, predict, quick, restore, verdict

PATIENTS = {"validation": 240, "test": 400}
LOOKED_AT = 200  # test patients that 0.2.0 and 0.3.0 were measured on; the rest is new to this version
FALSE_FLAGS = 0.05  # at most, on the validation patients
SLICE_SPECIFICITY = 0.97
MASK_THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
TOPS = (1, 2, 3, 4, 6)
BANDS = ((0.0, 0.3), (0.3, 1.0), (1.0, 5.0), (5.0, 20.0), (20.0, 1e9))  # mL
PRIMARY_ML = 1.0
BINS = 5


@dataclass
class Split:
    """The drawn patients of one split and what the network says of them."""

    slices: dataset.Slices
    said: Predicted
    patients: np.ndarray
    rows: Dict[int, np.ndarray]
    ml: np.ndarray  # [patients] drawn fresh infarct
    ill: np.ndarray  # [patients] a fresh infarct was drawn

    @property
    def known(self) -> np.ndarray:
        """The slice's series has an ADC map."""
        return self.slices.adc[:, 0, 0] >= 0

    @property
    def positive(self) -> np.ndarray:
        return self.slices.pixels >= dataset.LEAST_PIXELS

    @property
    def sure(self) -> np.ndarray:
        pixels = self.slices.pixels
        return (pixels == 0) | (pixels >= dataset.LEAST_PIXELS)


def opened(options: argparse.Namespace, split: str) -> Split:
    return judged_by(options, split, dataset.load(options.data, options.out, split, PATIENTS[split]))


def judged_by(options: argparse.Namespace, split: str, slices: dataset.Slices) -> Split:
    chosen, parts = dataset.neighbours(slices), []
    model = quick(restore(options.out / f"{options.name}.pt"))
    for start in range(0, len(chosen), 512):
        parts.append(predict(model, dataset.stacked(slices, chosen[start : start + 512])))
    said = Predicted(*(np.concatenate([getattr(p, n) for p in parts]) for n in ("score", "mask", "territory")))
    patients = np.unique(slices.patient)
    rows = {int(p): dataset.rows_of(slices, p) for p in patients}
    pixel_ml = preprocess.SPACING_MM**2 * slices.slice_mm / 1000
    ml = np.array([float((slices.pixels[rows[int(p)]] * pixel_ml[rows[int(p)]]).sum()) for p in patients])
    return Split(slices, said, patients, rows, ml, np.array([dataset.lesioned(split, int(p)) for p in patients]))


def best_mask_threshold(split: Split, shown: np.ndarray) -> float:
    """Of highest mean overlap over the validation patients with 1 mL or more."""
    overlaps = []
    for patient, ml in zip(split.patients, split.ml):
        if ml >= PRIMARY_ML:
            rows = split.rows[int(patient)]
            truth = split.slices.fresh[rows] > 127
            overlaps.append(
                [dice((split.said.mask[rows] > t) & shown[rows][:, None, None], truth) for t in MASK_THRESHOLDS]
            )
    return MASK_THRESHOLDS[int(np.argmax(np.mean(overlaps, axis=0)))]


def settle(split: Split) -> dict:
    """Calibration and thresholds, from validation patients alone."""
    sure, positive, known = split.sure, split.positive, split.known
    groups = {name: sure & part for name, part in (("with_adc", known), ("without_adc", ~known))}
    slice_calibration = {name: platt(split.said.score[rows], positive[rows]) for name, rows in groups.items()}
    probability = calibrated(split.said.score, known, slice_calibration)
    clear = sure & ~positive
    slice_threshold = round(float(np.quantile(probability[clear], SLICE_SPECIFICITY)), 4)
    judged = ~split.ill | (split.ml >= PRIMARY_ML)
    truth = split.ill[judged]
    means = {
        k: np.array([top_mean(logit(probability[split.rows[int(p)]]), k) for p in split.patients])[judged] for k in TOPS
    }
    areas = {k: auc(means[k], truth) for k in TOPS}
    top = max(TOPS, key=lambda k: (round(areas[k], 3), k))
    study_scale, study_offset = platt(means[top], truth)
    study = sigmoid(study_scale * means[top] + study_offset)
    threshold = round(float(np.quantile(study[~truth], 1 - FALSE_FLAGS)), 4)
    return {
        "calibration": {
            "slice": slice_calibration,
            "top": top,
            "study_scale": study_scale,
            "study_offset": study_offset,
            "validation_auc_by_top": {str(k): round(v, 4) for k, v in areas.items()},
        },
        "thresholds": {
            "study": threshold,
            "slice": slice_threshold,
            "mask": best_mask_threshold(split, probability >= slice_threshold),
            "early": 1.0,
        },
    }


def truth_name(fresh: np.ndarray, territory: np.ndarray) -> str:
    """The territory that holds most of a drawn infarct."""
    onehot = (territory[:, None] == np.arange(9)[None, :, None, None]).astype(np.float32)
    found = named(fresh, onehot)
    return found[0][0] if found else "none"


def by_patient(split: Split, report: dict) -> List[dict]:
    found, probability = [], calibrated(split.said.score, split.known, report["calibration"]["slice"])
    for patient, ml, ill in zip(split.patients, split.ml, split.ill):
        rows = split.rows[int(patient)]
        slice_mm = float(split.slices.slice_mm[rows[0]])
        said = verdict(probability[rows], split.said.mask[rows], split.said.territory[rows], slice_mm, report)
        truth = split.slices.fresh[rows] > 127
        found.append(
            {
                "patient": int(patient),
                "drawn": bool(ill),
                "ml": round(float(ml), 2),
                "probability": round(said.probability, 4),
                "found_ml": round(said.ml, 2),
                "dice": None if ml == 0 else round(dice(said.lesion, truth), 3),
                "territory": truth_name(truth, split.slices.territory[rows]) if ml else "none",
                "found_territory": said.territories[0][0] if said.territories else "none",
                "adc": bool(split.slices.adc[rows[0]].max() >= 0),
                "slice_mm": round(slice_mm, 1),
            }
        )
    return found


def share(entries: List[dict], threshold: float) -> dict:
    if not entries:
        return {"patients": 0}
    flagged, interval = wilson(sum(e["probability"] >= threshold for e in entries), len(entries))
    return {"patients": len(entries), "flagged": flagged, "ci95": interval}


def study_figures(entries: List[dict], threshold: float) -> dict:
    clean = [e for e in entries if not e["drawn"]]
    ill = [e for e in entries if e["drawn"] and e["ml"] >= PRIMARY_ML]
    score = np.array([logit(np.array(e["probability"])) for e in clean + ill])
    truth = np.array([False] * len(clean) + [True] * len(ill))
    found = share(ill, threshold)
    false = share(clean, threshold)
    return {
        "primary": f"drawn infarcts of {PRIMARY_ML:.0f} mL or more against patients without",
        "sensitivity": found["flagged"],
        "sensitivity_ci95": found["ci95"],
        "positives": len(ill),
        "specificity": round(1 - false["flagged"], 4),
        "specificity_ci95": [round(1 - v, 4) for v in reversed(false["ci95"])],
        "negatives": len(clean),
        "auc": round(auc(score, truth), 4),
        "auc_ci95": bootstrap(lambda r: auc(score[r], truth[r]), np.arange(len(score))),
        "by_ml": {
            f"{low:g}–{high:g}"
            if high < 1e9
            else f"{low:g} and more": share(
                [e for e in entries if e["drawn"] and max(low, 1e-9) <= e["ml"] < high], threshold
            )
            for low, high in BANDS
        },
        "subgroups": {
            name: {
                "found": share([e for e in ill if test(e)], threshold),
                "false": share([e for e in clean if test(e)], threshold),
            }
            for name, test in (
                ("with ADC", lambda e: e["adc"]),
                ("without ADC", lambda e: not e["adc"]),
                ("slices below 3.8 mm", lambda e: e["slice_mm"] < 3.8),
                ("slices of 3.8 mm and more", lambda e: e["slice_mm"] >= 3.8),
            )
        },
        "reliability": reliability(sigmoid(score), truth, BINS),
        "calibration_error": calibration_error(sigmoid(score), truth, BINS),
        "roc": roc(score, truth),
    }


def comparable(study: dict, entries: List[dict]) -> dict:
    """What versions are compared by: the study's figures and the map's."""
    left_out = ("primary", "by_ml", "subgroups", "reliability", "calibration_error", "roc")
    return {**{k: v for k, v in study.items() if k not in left_out}, "map": map_figures(entries)}


def roc(score: np.ndarray, truth: np.ndarray) -> List[List[float]]:
    """False and true flags [share, share] at every change, rising."""
    points = [[0.0, 0.0]]
    for value in np.unique(score)[::-1]:
        point = [round(float((score[~truth] >= value).mean()), 4), round(float((score[truth] >= value).mean()), 4)]
        if point != points[-1]:
            points.append(point)
    return points


def map_figures(entries: List[dict]) -> dict:
    ill = [e for e in entries if e["ml"] >= PRIMARY_ML]
    overlap, ratio = np.array([e["dice"] for e in ill]), np.array([e["found_ml"] / e["ml"] for e in ill])
    seen = [e for e in ill if e["found_territory"] != "none" and e["territory"] != "none"]
    named_right, named_ci = wilson(sum(e["territory"] == e["found_territory"] for e in seen), len(seen))
    sided, side_ci = wilson(
        sum(e["territory"].split()[-1] == e["found_territory"].split()[-1] for e in seen), len(seen)
    )
    quartiles = lambda values: [round(float(q), 3) for q in np.percentile(values, [25, 75])]
    return {
        "patients": len(ill),
        "dice": round(float(np.median(overlap)), 3),
        "dice_quartiles": quartiles(overlap),
        "volume_ratio": round(float(np.median(ratio)), 3),
        "volume_ratio_quartiles": quartiles(ratio),
        "named": len(seen),
        "territory": named_right,
        "territory_ci95": named_ci,
        "side": sided,
        "side_ci95": side_ci,
    }


def slice_figures(split: Split, report: dict) -> dict:
    sure, positive = split.sure, split.positive
    score, truth, patient = split.said.score[sure], positive[sure], split.slices.patient[sure]
    probability = calibrated(score, split.known[sure], report["calibration"]["slice"])
    shown = probability >= report["thresholds"]["slice"]
    sensitivity, interval = wilson(int((shown & truth).sum()), int(truth.sum()))
    return {
        "slices": int(sure.sum()),
        "positive": int(truth.sum()),
        "auc": round(auc(score, truth), 4),
        "auc_ci95": bootstrap(lambda r: auc(score[r], truth[r]), patient, 300),
        "sensitivity": sensitivity,
        "sensitivity_ci95": interval,
        "specificity": round(float((~shown[~truth]).mean()), 4),
        "calibration_error": calibration_error(probability, truth, 10),
    }


def measured(options: argparse.Namespace) -> Tuple[dict, List[dict]]:
    validation, test = opened(options, "validation"), opened(options, "test")
    report = settle(validation)
    entries = by_patient(test, report)
    threshold = report["thresholds"]["study"]
    outlines = dataset.counted(options.out)
    report = {
        "method": "drawn patients: real outlines of infarcts in synthetic heads, outlines and seeds never trained on",
        "patients": len(test.patients),
        "positives": int(test.ill.sum()),
        "outlines": outlines,
        "drawn_patients": {**PATIENTS, "train": dataset.painted(options.out, "train")},
        **report,
        "study": study_figures(entries, threshold),
        "halves": {
            name: comparable(study_figures(part, threshold), part)
            for name, part in (
                ("looked at before", [e for e in entries if e["patient"] < LOOKED_AT]),
                ("new to this version", [e for e in entries if e["patient"] >= LOOKED_AT]),
            )
        },
        "slice": slice_figures(test, report),
        "map": map_figures(entries),
    }
    return report, entries


def harder(options: argparse.Namespace, report: dict) -> dict:
    """The same figures on the test drawings of version 0.1.0 (fainter, noisier), where they have been painted."""
    slices = dataset.joined([dataset.read(path) for path in sorted(options.harder.glob("test-*.npz"))])
    split = judged_by(options, "test", slices)
    entries = by_patient(split, report)
    study = study_figures(entries, report["thresholds"]["study"])
    return {**comparable(study, entries), "by_ml": study["by_ml"], "subgroups": study["subgroups"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--name", default="shipped")
    parser.add_argument("--harder", type=pathlib.Path, help="a folder with 0.1.0's test drawings")
    parser.add_argument("--report", type=pathlib.Path, default=pathlib.Path(__file__).with_name("evaluation.json"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    report, entries = measured(options)
    report["real"] = real.cases(options.data, restore(options.out / f"{options.name}.pt"), report, options.out)
    if options.harder:
        report["harder"] = harder(options, report)
    report["by_patient"] = entries
    options.report.write_text(json.dumps(report, indent=1) + "\n")
    kept = ("calibration", "thresholds", "slice", "map", "real")
    print(json.dumps({k: report[k] for k in kept + ("harder",) if k in report}, indent=1))
    print(json.dumps({k: v for k, v in report["study"].items() if k not in ("roc", "reliability")}, indent=1))


if __name__ == "__main__":
    main()
