"""Judge the recipe by cross-validation over patients; writes evaluation.json, from which manifest and card take their figures."""
import argparse
import json
import pathlib
from typing import Dict, List, Tuple

import numpy as np
import torch

import dataset
import implant
import preprocess
from figures import auc, bootstrap, logit, platt, sigmoid, top_mean, wilson
from network import HaemorrhageNet

TOP = 3  # slices that decide a study
STUDY_THRESHOLD = 0.5  # fixed beforehand, not chosen on the figures
# The mean of the top slices only grows while slices arrive, so what is above the study threshold early ends above it;
# the margin is for slices whose neighbours are still to come.
EARLY_MARGIN = 0.1
MASK_THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
LEAST_PIXELS, LEAST_ML = 20, 1.0  # slices and patients of whom the teacher sees less say nothing of maps and volumes
SLICE_SPECIFICITY = 0.95
SLICE_ML = preprocess.SPACING_MM**2 * dataset.SLICE_MM / 1000  # of one pixel of one slice


def restore(path: pathlib.Path) -> HaemorrhageNet:
    """The averaged weights of a finished run."""
    model = HaemorrhageNet()
    model.load_state_dict(torch.load(path, map_location="cpu")["average"])
    return model.eval()


def predict(model: HaemorrhageNet, images: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Slice logits [n], and maps of blood [n, rows, cols] as float16 to spare memory."""
    verdicts, maps = [], []
    with torch.no_grad():
        for start in range(0, len(images), 16):
            logits, verdict, _ = model(torch.from_numpy(images[start : start + 16]))
            verdicts.append(verdict.numpy())
            maps.append(logits.sigmoid()[:, 0].numpy().astype(np.float16))
    return np.concatenate(verdicts).astype(np.float64), np.concatenate(maps)


def out_of_fold(slices: dataset.Slices, fold_of: Dict[int, int], out: pathlib.Path) -> Tuple[np.ndarray, np.ndarray]:
    size = preprocess.SIZE
    score, maps = np.zeros(len(slices.number)), np.zeros((len(slices.number), size, size), np.float16)
    for fold in sorted(set(fold_of.values())):
        model = restore(out / f"fold{fold}.pt")
        rows = np.nonzero([fold_of[int(p)] == fold for p in slices.patient])[0]
        score[rows], maps[rows] = predict(model, np.stack([dataset.stacked(slices, r) for r in rows]))
    return score, maps


def drawn_lesions(
    slices: dataset.Slices,
    fold_of: Dict[int, int],
    out: pathlib.Path,
    threshold: float,
    calibration: Tuple[float, float],
) -> Dict[str, dict]:
    """One drawn bleed of each spontaneous kind in each clean patient, judged by the model that never saw the patient."""
    random = np.random.default_rng(7)
    found: Dict[str, List[bool]] = {kind: [] for kind in implant.SPONTANEOUS}
    models = {fold: restore(out / f"fold{fold}.pt") for fold in set(fold_of.values())}
    for patient in np.unique(slices.patient):
        rows = np.nonzero(slices.patient == patient)[0]
        rows = rows[slices.depth[rows].reshape(len(rows), -1).max(1) > 30]
        if slices.bleeds[slices.patient == patient].any() or rows.size == 0:
            continue
        for kind, hits in found.items():
            for _ in range(20):
                row = int(random.choice(rows))
                chosen = (slices.below[row], row, slices.above[row])
                depth = np.stack([preprocess.crop(slices.depth[i], slices.origin[row], 0) for i in chosen])
                result = implant.bleed(random, dataset.stacked(slices, row), depth, kind)
                if result is not None:
                    score, _ = predict(models[fold_of[int(patient)]], result[0][None])
                    hits.append(bool(sigmoid(calibration[0] * score[0] + calibration[1]) >= threshold))
                    break
    summary = {}
    for kind, hits in found.items():
        share, interval = wilson(sum(hits), len(hits))
        summary[kind] = {"slices": len(hits), "found": share, "ci95": interval}
    return summary


def map_figures(slices: dataset.Slices, maps: np.ndarray, shown: np.ndarray) -> dict:
    """The mask threshold of best overlap with the teacher in bleeding slices, and what volumes it gives."""
    teacher = {r: preprocess.crop(slices.teacher[r], slices.origin[r], 0) > 127 for r in np.nonzero(slices.bleeds)[0]}
    overlaps = []
    for row, blood in teacher.items():
        if blood.sum() >= LEAST_PIXELS:
            found = [maps[row] > t for t in MASK_THRESHOLDS]
            overlaps.append([2 * (f & blood).sum() / (f.sum() + blood.sum()) for f in found])
    best = int(np.argmax(np.mean(overlaps, axis=0)))
    ratios = []
    for patient in np.unique(slices.patient[slices.bleeds]):
        rows = np.nonzero(slices.patient == patient)[0]
        seen = sum(blood.sum() for row, blood in teacher.items() if slices.patient[row] == patient) * SLICE_ML
        if seen >= LEAST_ML:
            ratios.append((maps[rows[shown[rows]]] > MASK_THRESHOLDS[best]).sum() * SLICE_ML / seen)
    return {
        "threshold": MASK_THRESHOLDS[best],
        "dice_with_teacher": round(float(np.mean(overlaps, axis=0)[best]), 2),
        "slices": len(overlaps),
        "volume_ratio_to_teacher": round(float(np.median(ratios)), 2),
        "volume_ratio_quartiles": [round(float(q), 2) for q in np.percentile(ratios, [25, 75])],
        "patients": len(ratios),
    }


def teacher_figures(slices: dataset.Slices, data: pathlib.Path, patients: np.ndarray, truth: np.ndarray) -> dict:
    ml = [float(np.load(data / "teacher" / f"{p:03d}.npz")["ml"][list(dataset.BLOOD_CLASSES)].sum()) for p in patients]
    summed = slices.teacher.reshape(len(slices.number), -1).sum(1, dtype=np.int64)
    return {
        "name": "BLAST-CT, member 1",
        "study_auc": round(auc(np.array(ml), truth), 4),
        "slice_auc": round(auc(summed, slices.bleeds), 4),
    }


def evaluate(slices: dataset.Slices, data: pathlib.Path, out: pathlib.Path, count: int, seed: int) -> dict:
    fold_of = dataset.folds(slices, count, seed)
    raw, maps = out_of_fold(slices, fold_of, out)
    slice_scale, slice_offset = platt(raw, slices.bleeds)
    probability = sigmoid(slice_scale * raw + slice_offset)
    slice_threshold = float(np.quantile(probability[~slices.bleeds], SLICE_SPECIFICITY))
    patients = np.unique(slices.patient)
    of = {int(p): slices.patient == p for p in patients}
    truth = np.array([slices.bleeds[of[int(p)]].any() for p in patients])
    means = np.array([top_mean(logit(probability[of[int(p)]]), TOP) for p in patients])
    fold = np.array([fold_of[int(p)] for p in patients])
    study_scale, study_offset = platt(means, truth)
    # each fold is judged with a calibration that the others made
    honest = np.zeros(len(patients))
    for f in np.unique(fold):
        scale, offset = platt(means[fold != f], truth[fold != f])
        honest[fold == f] = sigmoid(scale * means[fold == f] + offset)
    flagged = honest >= STUDY_THRESHOLD
    sensitivity, sensitivity_ci = wilson(int((flagged & truth).sum()), int(truth.sum()))
    specificity, specificity_ci = wilson(int((~flagged & ~truth).sum()), int((~truth).sum()))
    shown = probability >= slice_threshold
    slice_sensitivity, slice_sensitivity_ci = wilson(int((shown & slices.bleeds).sum()), int(slices.bleeds.sum()))
    early = STUDY_THRESHOLD + EARLY_MARGIN
    mapped = map_figures(slices, maps, shown)
    blood = (maps > mapped["threshold"]).sum((1, 2)) * shown
    millilitres = [float(blood[of[int(p)]].sum() * SLICE_ML) for p in patients]
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
            "sensitivity": sensitivity,
            "sensitivity_ci95": sensitivity_ci,
            "specificity": specificity,
            "specificity_ci95": specificity_ci,
            "early_sensitivity": round(float((honest[truth] >= early).mean()), 4),
            "early_specificity": round(float((honest[~truth] < early).mean()), 4),
        },
        "slice": {
            "auc": round(auc(raw, slices.bleeds), 4),
            "auc_ci95": bootstrap(lambda r: auc(raw[r], slices.bleeds[r]), slices.patient, 500),
            "specificity": SLICE_SPECIFICITY,
            "sensitivity": slice_sensitivity,
            "sensitivity_ci95": slice_sensitivity_ci,
        },
        "map": mapped,
        "peer": teacher_figures(slices, data, patients, truth),
        "drawn": drawn_lesions(slices, fold_of, out, slice_threshold, (slice_scale, slice_offset)),
        "calibration": {
            "slice_scale": slice_scale,
            "slice_offset": slice_offset,
            "top": TOP,
            "study_scale": study_scale,
            "study_offset": study_offset,
        },
        "thresholds": {
            "study": STUDY_THRESHOLD,
            "slice": round(slice_threshold, 4),
            "mask": mapped["threshold"],
            "early": round(early, 4),
        },
        "by_patient": [
            {"patient": int(p), "fold": int(f), "bleeds": bool(t), "probability": round(float(h), 4), "ml": round(m, 2)}
            for p, f, t, h, m in zip(patients, fold, truth, honest, millilitres)
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--report", type=pathlib.Path, default=pathlib.Path(__file__).with_name("evaluation.json"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    slices = dataset.load(options.data, options.out / "slices.npz")
    report = evaluate(slices, options.data, options.out, options.folds, options.seed)
    options.report.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps({key: report[key] for key in ("study", "slice", "peer", "drawn", "thresholds")}, indent=1))


if __name__ == "__main__":
    main()
