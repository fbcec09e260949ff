"""Judge the trained network on the test subjects' phantoms; writes evaluation.json. Calibration and threshold come from validation.

With --second DIR it reads the DICOM studies of another renderer through the whole preprocessing and adds their figures.
"""
import argparse
import json
import math
import pathlib
from dataclasses import dataclass
from typing import Callable, Dict, List, Optional, Tuple

import numpy as np
import torch
from torch import Tensor

import chain
import dataset
import second
from figures import auc, bootstrap, logistic, sigmoid
from network import OcclusionNet
from occlude import SEGMENTS
from render import COUNTS

HERE = pathlib.Path(__file__).parent
FILLINGS = ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.01))
TARGET_SPECIFICITY = 0.945  # on validation; with one subject left out at a time 0.92 is left of it
THRESHOLD = 0.5
LARGE = (0, 1)  # ICA-T and M1
Rows = np.ndarray


@dataclass
class Said:
    """Logits [n, 6] of the context and of the close look, stacked [n, 6, 2], and places [n, 6, 3]."""

    logits: np.ndarray
    sites: np.ndarray


def restore(out: pathlib.Path) -> OcclusionNet:
    """The averaged weights of finished runs."""
    model = OcclusionNet()
    for part in ("context", "close"):
        getattr(model, part).load_state_dict(torch.load(out / f"{part}.pt", map_location="cpu")["average"])
    return model.eval()


def said(model: OcclusionNet, count: int, slabs: Callable[[np.ndarray], Tensor]) -> Said:
    """Outputs in the order right ICA-T, M1, M2, left ICA-T, M1, M2."""
    logits, sites = [], []
    with torch.no_grad():
        for rows in np.array_split(np.arange(count), math.ceil(count / 16)):
            coarse, close, evidence = model(slabs(rows))
            logits.append(torch.stack((coarse.flatten(1), close.flatten(1)), 2).numpy())
            sites.append(model.site(evidence).flatten(1, 2).numpy())
    return Said(np.concatenate(logits).astype(np.float64), np.concatenate(sites))


def of_phantoms(model: OcclusionNet, studies: dataset.Studies) -> Said:
    return said(model, len(studies.side), lambda rows: dataset.middle(studies, rows))


def of_second(model: OcclusionNet, studies: List[second.Study]) -> Said:
    return said(model, len(studies), lambda rows: torch.from_numpy(np.stack([studies[r].slabs for r in rows])))


def column(segment: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Index of the true one of the six outputs, -1 without an occlusion."""
    return np.where(segment >= 0, side * len(SEGMENTS) + segment, -1)


def regressions(logits: np.ndarray, segment: np.ndarray, side: np.ndarray) -> np.ndarray:
    """[3, 3]: what each segment's output takes of the context and of the close look, and its offset; from validation."""
    found = []
    for k in range(len(SEGMENTS)):
        outputs = np.array([k, k + len(SEGMENTS)])
        kept = (segment != 0) | (k != 1)  # a carotid clot may reach into M1
        truth = column(segment, side)[kept][:, None] == outputs
        found.append(logistic(logits[kept][:, outputs].reshape(-1, 2), truth.ravel()))
    return np.maximum(found, [0.0, 0.0, -np.inf])


def weighed(logits: np.ndarray, weights: np.ndarray, offset: np.ndarray) -> np.ndarray:
    return (logits * np.tile(weights, (2, 1))).sum(2) + np.tile(offset, 2)


def anywhere(logits: np.ndarray) -> np.ndarray:
    """Logits of an occlusion at any of the six places: their odds summed."""
    return np.logaddexp.reduce(logits, axis=1)


def calibrated(logits: np.ndarray, calibration: dict) -> np.ndarray:
    """The likeliest place is given what all of them say together, the others keep their distance from it."""
    each = weighed(logits, np.array(calibration["weights"]), np.array(calibration["offset"]))
    return sigmoid(each + (anywhere(each) - each.max(1))[:, None])


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
    true = column(segment, side)
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
    apart = np.linalg.norm(sites[rows, column(studies.segment, studies.side)[rows]] - studies.site[rows], axis=1)
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


def truths(studies: List[second.Study]) -> Tuple[np.ndarray, ...]:
    """Segment, side, filling."""
    return tuple(np.array([getattr(s, key) for s in studies]) for key in ("segment", "side", "filling"))


def second_figures(model: OcclusionNet, calibration: dict, folder: pathlib.Path) -> dict:
    studies, refused = second.read(folder)
    if not studies:
        raise SystemExit(f"no study with a truth.json could be read in {folder}: {refused}")
    probability = calibrated(of_second(model, studies).logits, calibration)
    report = figures(probability, *truths(studies), np.array([s.name for s in studies]))
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


def calibrate(model: OcclusionNet, phantoms: pathlib.Path, validation: dataset.Studies) -> dict:
    """From the validation subjects' phantoms alone: regressions, and a shift that puts the chosen specificity at 0.5."""
    known = of_phantoms(model, validation).logits
    quiet = of_phantoms(model, dataset.load(phantoms, "quiet", COUNTS["quiet"])).logits
    found = regressions(known, validation.segment, validation.side)
    weights, offset = found[:, :2], found[:, 2]
    none = np.concatenate([known[validation.segment < 0], quiet])
    offset = offset - np.quantile(anywhere(weighed(none, weights, offset)), TARGET_SPECIFICITY)
    return {"weights": weights.round(6).tolist(), "offset": offset.round(6).tolist(), "quiet_studies": len(none)}


def evaluate(out: pathlib.Path, data: pathlib.Path, heads: int, second_folder: Optional[pathlib.Path]) -> dict:
    model, phantoms = restore(out), out / "phantoms"
    validation, test = dataset.validation(phantoms), dataset.load(phantoms, "test", COUNTS["test"])
    calibration = calibrate(model, phantoms, validation)
    checked = calibrated(of_phantoms(model, validation).logits, calibration)
    found = of_phantoms(model, test)
    probability = calibrated(found.logits, calibration)
    report: Dict[str, object] = {
        "method": "phantoms drawn from the arterial trees of 12 subjects kept for it, by the renderer that drew for training",
        "calibration": calibration,
        "threshold": THRESHOLD,
        "test": figures(probability, test.segment, test.side, test.filling, test.subject),
        "site": distances(found.sites, test, probability.max(1) >= THRESHOLD),
        "resemblances": resembling(probability, test),
        "validation": figures(checked, validation.segment, validation.side, validation.filling, validation.subject),
        "contrast_voxels": contrast(test),
    }
    if heads:
        report["chain"] = chain.figures(
            data,
            heads,
            lambda slabs: calibrated(said(model, 1, lambda _: torch.from_numpy(slabs[None])).logits, calibration),
        )
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
