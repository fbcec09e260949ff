"""Judge the trained network on the test subjects' phantoms; writes evaluation.json. Calibration and threshold come from validation.

With --second DIR it reads the DICOM studies of another renderer through the whole preprocessing and adds their figures.
"""
import argparse
import json
import pathlib
from typing import Callable, Dict, List, Optional, Tuple

import numpy as np
import torch

import chain
import dataset
import second
from figures import auc, bootstrap, platt, sigmoid
from network import OcclusionNet
from occlude import SEGMENTS
from train import predict

HERE = pathlib.Path(__file__).parent
FILLINGS = ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.01))
TARGET_SPECIFICITY = 0.95  # on validation, for 0.92 elsewhere
M2_SPECIFICITY = 0.975  # of the M2 outputs alone, on validation
THRESHOLD = 0.5
LARGE = (0, 1)  # ICA-T and M1
Rows = np.ndarray


def restore(path: pathlib.Path) -> OcclusionNet:
    """The averaged weights of a finished run."""
    model = OcclusionNet()
    model.load_state_dict(torch.load(path, map_location="cpu")["average"])
    return model.eval()


def column(studies: dataset.Studies) -> np.ndarray:
    """Index of the true one of the six outputs, -1 without an occlusion."""
    return np.where(studies.segment >= 0, studies.side * len(SEGMENTS) + studies.segment, -1)


def calibrate(logits: np.ndarray, studies: dataset.Studies) -> dict:
    """Scale and offset of each segment; offsets put the chosen specificities of validation at the threshold of 0.5."""
    none = studies.segment < 0
    scales, offsets = [], []
    for k in range(len(SEGMENTS)):
        both = logits[:, [k, k + len(SEGMENTS)]]
        truth = column(studies)[:, None] == np.array([k, k + len(SEGMENTS)])
        kept = (studies.segment != 0) | (k != 1)  # a carotid clot may reach into M1
        scale, _ = platt(both[kept].ravel(), truth[kept].ravel())
        scales.append(scale)
    top = np.stack([logits[none][:, [k, k + 3]].max(1) * scales[k] for k in range(3)], 1)
    m2 = float(np.quantile(top[:, 2], M2_SPECIFICITY))
    rest = top[top[:, 2] < m2]
    large = float(np.quantile(rest[:, :2].max(1), TARGET_SPECIFICITY / M2_SPECIFICITY))
    offsets = [-large, -large, -m2]
    return {"scale": [round(s, 6) for s in scales], "offset": [round(o, 6) for o in offsets]}


def calibrated(logits: np.ndarray, calibration: dict) -> np.ndarray:
    scale, offset = (np.tile(calibration[key], 2) for key in ("scale", "offset"))
    return sigmoid(logits * scale + offset)


def share(chosen: np.ndarray, hits: np.ndarray, groups: np.ndarray) -> dict:
    """Share of `hits` among `chosen`, with an interval over subjects."""
    count = int(chosen.sum())

    def statistic(rows: Rows) -> float:
        inside = rows[chosen[rows]]
        return float(hits[inside].mean()) if inside.size else float("nan")

    if count == 0:
        return {"value": None, "ci95": None, "studies": 0}
    return {
        "value": round(float(hits[chosen].mean()), 4),
        "ci95": bootstrap(statistic, groups, 500),
        "studies": count,
    }


def area(score: np.ndarray, truth: np.ndarray, kept: np.ndarray, groups: np.ndarray) -> dict:
    rows = np.nonzero(kept)[0]
    statistic: Callable[[Rows], float] = lambda r: auc(score[rows][r], truth[rows][r])
    return {
        "value": round(auc(score[rows], truth[rows]), 4),
        "ci95": bootstrap(statistic, groups[rows], 300),
        "studies": len(rows),
    }


def figures(
    probability: np.ndarray, segment: np.ndarray, side: np.ndarray, filling: np.ndarray, group: np.ndarray
) -> dict:
    """What any set of studies is judged by; group: what is drawn again by the bootstrap."""
    top, best, none = probability.max(1), probability.argmax(1), segment < 0
    flagged, large = top >= THRESHOLD, np.isin(segment, LARGE)
    true = np.where(none, -1, side * len(SEGMENTS) + segment)
    report = {
        "studies": len(top),
        "positives": int((~none).sum()),
        "subjects": len(np.unique(group)),
        "specificity": share(none, ~flagged, group),
        "sensitivity": share(large, flagged, group),
        "auc": area(top, large, large | none, group),
        "auc_all": area(top, ~none, np.ones(len(top), bool), group),
        "side_named": share(~none & flagged, best // len(SEGMENTS) == side, group),
        "segment_named": share(~none & flagged, best == true, group),
        "segments": {},
    }
    for k, name in enumerate(SEGMENTS):
        mine = segment == k
        report["segments"][name] = {
            "sensitivity": share(mine, flagged, group),
            "auc": area(top, mine, mine | none, group),
            "segment_named": share(mine & flagged, best == true, group),
            "by_filling": {
                f"{low:.0%}–{min(high, 1):.0%}": share(mine & (filling >= low) & (filling < high), flagged, group)
                for low, high in FILLINGS
            },
        }
    return report


def distances(sites: np.ndarray, studies: dataset.Studies, flagged: np.ndarray) -> dict:
    """mm between the named and the true place, of occlusions flagged."""
    rows = np.nonzero((studies.segment >= 0) & flagged)[0]
    apart = np.linalg.norm(sites[rows, column(studies)[rows]] - studies.site[rows], axis=1)
    return {
        "median_mm": round(float(np.median(apart)), 1),
        "percentile_90_mm": round(float(np.percentile(apart, 90)), 1),
        "within_15_mm": round(float((apart <= 15).mean()), 4),
        "studies": len(rows),
    }


def resembling(probability: np.ndarray, studies: dataset.Studies) -> Dict[str, dict]:
    """Specificity among studies without an occlusion that show what resembles one."""
    none, quiet = studies.segment < 0, probability.max(1) < THRESHOLD
    kinds = sorted({kind for row in studies.resemblances for kind in row.split(", ") if kind})
    return {
        kind: share(none & np.array([kind in row.split(", ") for row in studies.resemblances]), quiet, studies.subject)
        for kind in kinds
    }


def second_figures(model: OcclusionNet, calibration: dict, folder: pathlib.Path) -> dict:
    studies, refused = second.read(folder)
    if not studies:
        raise SystemExit(f"no study with a truth.json could be read in {folder}: {refused}")
    with torch.no_grad():
        logits = [model(torch.from_numpy(s.slabs[None]))[0].flatten(1).numpy()[0] for s in studies]
    probability = calibrated(np.array(logits, np.float64), calibration)
    fields = (np.array([getattr(s, key) for s in studies]) for key in ("segment", "side", "filling"))
    report = figures(probability, *fields, np.array([s.name for s in studies]))
    report["refused"] = refused
    report["by_study"] = [
        {
            "name": s.name,
            "segment": SEGMENTS[s.segment] if s.segment >= 0 else None,
            "side": (None, "right", "left")[s.side + 1],
            "filling": None if np.isnan(s.filling) else s.filling,
            "probability": [round(float(p), 3) for p in row],
        }
        for s, row in zip(studies, probability)
    ]
    return report


def evaluate(out: pathlib.Path, data: pathlib.Path, heads: int, second_folder: Optional[pathlib.Path]) -> dict:
    model = restore(out / "shipped.pt")
    validation, test = (dataset.load(out / "phantoms", part) for part in ("validation", "test"))
    known, _ = predict(model, validation)
    calibration = calibrate(known, validation)
    checked = calibrated(known, calibration)
    logits, sites = predict(model, test)
    probability = calibrated(logits, calibration)
    report: Dict[str, object] = {
        "method": "phantoms drawn from the arterial trees of 12 subjects kept for it, by the renderer that drew for training",
        "calibration": calibration,
        "threshold": THRESHOLD,
        "test": figures(probability, test.segment, test.side, test.filling, test.subject),
        "site": distances(sites, test, probability.max(1) >= THRESHOLD),
        "resemblances": resembling(probability, test),
        "validation": figures(checked, validation.segment, validation.side, validation.filling, validation.subject),
        "contrast_voxels": contrast(test),
    }
    if heads:
        report["chain"] = chain.figures(model, data, heads, calibrated, calibration)
    if second_folder is not None:
        report["second"] = second_figures(model, calibration, second_folder)
    return report


def contrast(studies: dataset.Studies) -> dict:
    values: List[float] = [float(v) for v in np.percentile(studies.contrast, [0, 1, 5, 50])]
    weak = studies.contrast[studies.arterial < 240]
    return {
        "least": values[0],
        "percentile_1": values[1],
        "percentile_5": values[2],
        "median": values[3],
        "least_weak_bolus": float(weak.min()) if weak.size else None,
    }


def summary(report: dict) -> List[Tuple[str, object]]:
    t = report["test"]
    rows: List[Tuple[str, object]] = [(key, t[key]) for key in ("specificity", "sensitivity", "auc", "side_named")]
    return rows + [(name, s["sensitivity"]) for name, s in t["segments"].items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--heads", type=int, default=4, help="test phantoms drawn as whole heads")
    parser.add_argument(
        "--second", type=pathlib.Path, help="folder of DICOM studies with truth.json of another renderer"
    )
    parser.add_argument("--report", type=pathlib.Path, default=HERE / "evaluation.json")
    options = parser.parse_args()
    torch.set_num_threads(1)
    report = evaluate(options.out, options.data, options.heads, options.second)
    if options.report.exists():  # figures of the same network that this call didn't ask for
        earlier = json.loads(options.report.read_text())
        if earlier.get("calibration") == report["calibration"]:
            report = {**{key: earlier[key] for key in ("chain", "second") if key in earlier}, **report}
    options.report.write_text(json.dumps(report, indent=1) + "\n")
    for name, value in summary(report):
        print(name, json.dumps(value))


if __name__ == "__main__":
    main()
