"""Judge the recipe by cross-validation over patients; writes evaluation.json, from which manifest and card take their figures."""
import argparse
import json
import pathlib

import numpy as np
import torch

import dataset
import implanted
import peer
import preprocess
import robust
import summary
from figures import auc, bootstrap, calibration_error, cross_fitted, logit, platt, sigmoid, top_mean, wilson
from judged import MASK_THRESHOLDS, judge_fold

TOP = 3  # slices that decide a study
LEAST_SPECIFICITY = 0.85  # of the untouched scans: the study threshold is the lowest that keeps it
# The mean of the top slices only grows while slices arrive, so what is above the study threshold early ends above it;
# the margin is for slices whose neighbours are still to come.
EARLY_MARGIN = 0.1
SLICE_SPECIFICITY = 0.95
SLICE_BINS, STUDY_BINS = 10, 5
SLICE_ML = preprocess.SPACING_MM**2 * dataset.SLICE_MM / 1000  # of one pixel of one slice


def lowest_threshold(clean: np.ndarray) -> float:
    """Half way (in logits) between the clean scans that must stay under and those that may lie over."""
    allowed = int(np.floor((1 - LEAST_SPECIFICITY) * len(clean) + 1e-9))
    ordered = np.sort(logit(clean))[::-1]
    return float(sigmoid((ordered[allowed] + ordered[allowed - 1]) / 2 if allowed else ordered[0] + 0.1))


def nested_flags(honest: np.ndarray, truth: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Each fold's patients judged at a threshold that the other folds' clean scans chose."""
    flags = np.zeros(len(honest), bool)
    for f in np.unique(fold):
        flags[fold == f] = honest[fold == f] >= lowest_threshold(honest[(fold != f) & ~truth])
    return flags


def share(hits: np.ndarray) -> dict:
    value, interval = wilson(int(hits.sum()), len(hits))
    return {"value": value, "ci95": interval, "n": len(hits)}


def evaluate(slices: dataset.Slices, data: pathlib.Path, out: pathlib.Path, count: int, seed: int) -> dict:
    fold_of = dataset.folds(slices, count, seed)
    heads = implanted.clean_heads(slices)
    judged = [judge_fold(slices, data, heads, fold_of, fold, out) for fold in range(count)]
    order = np.argsort(np.concatenate([j.rows for j in judged]))
    raw, maps = (np.concatenate(parts)[order] for parts in ([j.logits for j in judged], [j.maps for j in judged]))
    slice_scale, slice_offset = platt(raw, slices.bleeds)
    slice_fold = np.array([fold_of[int(p)] for p in slices.patient])
    probability, honest_slice = sigmoid(slice_scale * raw + slice_offset), cross_fitted(raw, slices.bleeds, slice_fold)
    slice_threshold = float(np.quantile(probability[~slices.bleeds], SLICE_SPECIFICITY))
    patients = np.unique(slices.patient)
    of = {int(p): slices.patient == p for p in patients}
    truth = np.array([slices.bleeds[of[int(p)]].any() for p in patients])
    means = np.array([top_mean(logit(probability[of[int(p)]]), TOP) for p in patients])
    fold = np.array([fold_of[int(p)] for p in patients])
    study_scale, study_offset = platt(means, truth)
    # each fold is judged with a calibration that the others made
    honest = cross_fitted(means, truth, fold)
    threshold = round(lowest_threshold(honest[~truth]), 4)
    flagged, nested = honest >= threshold, nested_flags(honest, truth, fold)
    sensitivity, specificity = share(flagged[truth]), share(~flagged[~truth])
    shown = probability >= slice_threshold
    slice_sensitivity = share(shown[slices.bleeds])
    early = threshold + EARLY_MARGIN
    calibration = {
        "slice_scale": slice_scale,
        "slice_offset": slice_offset,
        "top": TOP,
        "study_scale": study_scale,
        "study_offset": study_offset,
    }
    thresholds = {"study": threshold, "slice": round(slice_threshold, 4), "early": round(early, 4)}
    cases = [case for j in judged for case in j.cases]
    fits = {int(f): platt(means[fold != f], truth[fold != f]) for f in np.unique(fold)}
    drawn = summary.implanted(cases, calibration, fits, thresholds, MASK_THRESHOLDS)
    thresholds["mask"] = drawn["mask_threshold"]
    blood = (maps > thresholds["mask"]).sum((1, 2)) * shown
    millilitres = np.array([float(blood[of[int(p)]].sum() * SLICE_ML) for p in patients])
    return {
        "method": f"{count}-fold cross-validation by patient, pooled out-of-fold",
        "patients": len(patients),
        "positives": int(truth.sum()),
        "slices": len(raw),
        "positive_slices": int(slices.bleeds.sum()),
        "study": {
            "auc": round(auc(means, truth), 4),
            "auc_ci95": bootstrap(lambda r: auc(means[r], truth[r]), patients),
            "auc_by_top_k": {
                str(k): round(auc(np.array([top_mean(raw[of[int(p)]], k) for p in patients]), truth), 4)
                for k in (1, 2, 3, 4, 5)
            },
            "sensitivity": sensitivity["value"],
            "sensitivity_ci95": sensitivity["ci95"],
            "specificity": specificity["value"],
            "specificity_ci95": specificity["ci95"],
            "nested_sensitivity": share(nested[truth]),
            "nested_specificity": share(~nested[~truth]),
            "early_sensitivity": round(float((honest[truth] >= early).mean()), 4),
            "early_specificity": round(float((honest[~truth] < early).mean()), 4),
            "calibration_error": calibration_error(honest, truth, STUDY_BINS),
            "calibration_bins": STUDY_BINS,
        },
        "slice": {
            "auc": round(auc(raw, slices.bleeds), 4),
            "auc_ci95": bootstrap(lambda r: auc(raw[r], slices.bleeds[r]), slices.patient, 500),
            "specificity": SLICE_SPECIFICITY,
            "sensitivity": slice_sensitivity["value"],
            "sensitivity_ci95": slice_sensitivity["ci95"],
            "calibration_error": calibration_error(honest_slice, slices.bleeds, SLICE_BINS),
            "calibration_bins": SLICE_BINS,
        },
        "map": summary.beside_teacher(slices, maps, shown, thresholds["mask"]),
        "peer": peer.figures(slices, data, patients, truth, means, raw),
        "implanted": drawn,
        "robust": robust.summary([s for j in judged for s in j.sent], calibration),
        "calibration": calibration,
        "thresholds": thresholds,
        "by_patient": [
            {"patient": int(p), "fold": int(f), "bleeds": bool(t), "probability": round(float(h), 4), "ml": round(m, 2)}
            for p, f, t, h, m in zip(patients, fold, truth, honest, millilitres.tolist())
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--judge", type=int, help="only this fold's network, into the cache")
    parser.add_argument("--report", type=pathlib.Path, default=pathlib.Path(__file__).with_name("evaluation.json"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    slices = dataset.load(options.data, options.out / "slices.npz")
    if options.judge is not None:
        fold_of, heads = dataset.folds(slices, options.folds, options.seed), implanted.clean_heads(slices)
        judge_fold(slices, options.data, heads, fold_of, options.judge, options.out)
        return
    report = evaluate(slices, options.data, options.out, options.folds, options.seed)
    options.report.write_text(json.dumps(report, indent=1) + "\n")
    shown = ("study", "slice", "map", "peer", "implanted", "robust", "thresholds")
    print(json.dumps({key: report[key] for key in shown}, indent=1))


if __name__ == "__main__":
    main()
