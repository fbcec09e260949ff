"""Judge the recipe by cross-validation over patients; writes evaluation.json, from which manifest and card take their figures."""
import argparse
import json
import pathlib

import numpy as np
import torch

import dataset
import implanted
import peer
import robust
import summary
from combine import Calibration, fit
from figures import auc, bootstrap, calibration_error, calibration_luck, logit, sigmoid, top_mean, wilson
from judged import MASK_THRESHOLDS, judge_fold
from trial import Said

TOP = 1  # slices that decide a study: a bleed of half a millilitre shows in little more
LEAST_SPECIFICITY = 0.85  # of the untouched scans: the study threshold is the lowest that keeps it
# The mean of the top slices only grows while slices arrive, so what is above the study threshold early ends above it;
# the margin is for slices whose neighbours are still to come.
EARLY_MARGIN = 0.1
SLICE_SPECIFICITY = 0.95
SLICE_BINS, STUDY_BINS = 10, 5


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
    cases = [case for j in judged for case in j.cases]
    order = np.argsort(np.concatenate([j.rows for j in judged]))
    maps = np.concatenate([j.maps for j in judged])[order]
    said = Said(*(np.concatenate([getattr(j.said, name) for j in judged])[order] for name in ("verdict", "area")))
    slice_fold = np.array([fold_of[int(p)] for p in slices.patient])

    def fitted(kept: np.ndarray, folds: np.ndarray) -> Calibration:
        chosen = [c for c in cases if c.fold in folds]
        return fit(said.of(kept), slices.bleeds[kept], chosen, TOP)

    # each fold is judged with a calibration that the others made; the shipped network's is made on all
    everyone = np.arange(count)
    fits = {f: fitted(slice_fold != f, everyone[everyone != f]) for f in range(count)}
    calibration = fitted(slice_fold >= 0, everyone)
    score = np.zeros(len(slices.number))
    for f, own in fits.items():
        score[slice_fold == f] = own.slice_logit(said.of(slice_fold == f))
    probability = sigmoid(score)
    slice_threshold = float(np.quantile(probability[~slices.bleeds], SLICE_SPECIFICITY))
    patients = np.unique(slices.patient)
    of = {int(p): slices.patient == p for p in patients}
    truth = np.array([slices.bleeds[of[int(p)]].any() for p in patients])
    fold = np.array([fold_of[int(p)] for p in patients])
    honest = np.array([fits[f].study_probability(said.of(of[int(p)])) for p, f in zip(patients, fold)])
    threshold = round(lowest_threshold(honest[~truth]), 4)
    flagged, nested = honest >= threshold, nested_flags(honest, truth, fold)
    sensitivity, specificity = share(flagged[truth]), share(~flagged[~truth])
    shown = probability >= slice_threshold
    slice_sensitivity = share(shown[slices.bleeds])
    early = threshold + EARLY_MARGIN
    thresholds = {"study": threshold, "slice": round(slice_threshold, 4), "early": round(early, 4)}
    drawn = summary.implanted(cases, fits, thresholds, MASK_THRESHOLDS)
    thresholds["mask"] = drawn["mask_threshold"]
    blood = (maps > thresholds["mask"]).sum((1, 2)) * shown
    millilitres = np.array([float(blood[of[int(p)]].sum() * summary.SLICE_ML) for p in patients])
    return {
        "method": f"{count}-fold cross-validation by patient, pooled out-of-fold",
        "patients": len(patients),
        "positives": int(truth.sum()),
        "slices": len(score),
        "positive_slices": int(slices.bleeds.sum()),
        "study": {
            "auc": round(auc(honest, truth), 4),
            "auc_ci95": bootstrap(lambda r: auc(honest[r], truth[r]), patients),
            "auc_by_top_k": {
                str(k): round(auc(np.array([top_mean(score[of[int(p)]], k) for p in patients]), truth), 4)
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
            "calibration_error_of_a_perfect_one": calibration_luck(honest, STUDY_BINS),
        },
        "slice": {
            "auc": round(auc(score, slices.bleeds), 4),
            "auc_ci95": bootstrap(lambda r: auc(score[r], slices.bleeds[r]), slices.patient, 500),
            "specificity": SLICE_SPECIFICITY,
            "sensitivity": slice_sensitivity["value"],
            "sensitivity_ci95": slice_sensitivity["ci95"],
            "calibration_error": calibration_error(probability, slices.bleeds, SLICE_BINS),
            "calibration_bins": SLICE_BINS,
        },
        "map": summary.beside_teacher(slices, maps, shown, thresholds["mask"]),
        "peer": peer.figures(slices, data, patients, truth, honest, score),
        "implanted": drawn,
        "robust": robust.summary([s for j in judged for s in j.sent], calibration),
        "calibration": calibration.numbers(),
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
