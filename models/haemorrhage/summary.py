"""What the implanted trial and the maps come to: sensitivity by kind and volume, and millilitres."""
from typing import Dict, List, Sequence

import numpy as np

import dataset
import lesions
import preprocess
from combine import Calibration
from figures import wilson
from trial import Case, band_of

VOLUME_FROM_ML, WITHIN = 5.0, 0.2
CONTRASTS = (-100.0, 5.0, 10.0, 20.0, 100.0)  # HU over the brain
LEAST_PIXELS, LEAST_ML = 20, 1.0  # slices and patients of whom the teacher sees less say nothing of maps and volumes
SLICE_ML = preprocess.SPACING_MM**2 * dataset.SLICE_MM / 1000  # of one pixel of one slice


def found_table(cases: List[Case], found: np.ndarray) -> List[dict]:
    """Sensitivity of every kind and band, of every kind and of every band; "all" stands for either."""
    rows = []
    for kind in (*lesions.KINDS, "all"):
        for band in (*lesions.BANDS, "from 2 mL", "all"):
            chosen = np.array(
                [
                    (kind in (c.kind, "all"))
                    and (band in (band_of(c.ml), "all") or (band == "from 2 mL" and c.ml >= 2))
                    for c in cases
                ]
            )
            if chosen.any():
                share, interval = wilson(int(found[chosen].sum()), int(chosen.sum()))
                rows.append(
                    {"kind": kind, "band": band, "patients": int(chosen.sum()), "found": share, "ci95": interval}
                )
    return rows


def found_by_contrast(cases: List[Case], found: np.ndarray) -> List[dict]:
    """Sensitivity by how far the blood stands out from the brain, small bleeds and others."""
    contrast, ml, rows = np.array([c.contrast for c in cases]), np.array([c.ml for c in cases]), []
    for low, high in zip(CONTRASTS, CONTRASTS[1:]):
        for band, sized in (("0.5–2 mL", ml < 2), ("from 2 mL", ml >= 2)):
            chosen = (contrast >= low) & (contrast < high) & sized
            if chosen.any():
                share, interval = wilson(int(found[chosen].sum()), int(chosen.sum()))
                row = {"from_hu": low, "to_hu": high, "band": band, "patients": int(chosen.sum())}
                rows.append({**row, "found": share, "ci95": interval})
    return rows


def volumes(cases: List[Case], shown: List[np.ndarray]) -> np.ndarray:
    """Millilitres of each case [cases, mask thresholds], over the slices that are called bleeding."""
    return np.array([c.pixels[s].sum(0) * SLICE_ML for c, s in zip(cases, shown)])


def best_threshold(errors: np.ndarray, chosen: np.ndarray) -> int:
    return int(np.argmin(np.median(errors[chosen], axis=0)))


def volume_figures(errors: np.ndarray, ratio: np.ndarray) -> dict:
    return {
        "patients": len(errors),
        "median_absolute_error": round(float(np.median(errors)), 3),
        "within_20_percent": round(float((errors <= WITHIN).mean()), 3),
        "median_ratio": round(float(np.median(ratio)), 3),
    }


def implanted(cases: List[Case], fits: Dict[int, Calibration], thresholds: dict, masks: Sequence[float]) -> dict:
    """Everything at the study threshold, each fold calibrated, and its masks cut, as the other folds say."""
    probability = np.array([fits[c.fold].study_probability(c.said) for c in cases])
    found, truth = probability >= thresholds["study"], np.array([c.ml for c in cases])
    ml = volumes(cases, [fits[c.fold].slice_probability(c.said) >= thresholds["slice"] for c in cases])
    errors, fold = np.abs(ml / truth[:, None] - 1), np.array([c.fold for c in cases])
    large = truth >= VOLUME_FROM_ML
    honest = np.zeros(len(cases), int)
    for f in np.unique(fold):
        honest[fold == f] = best_threshold(errors, large & (fold != f))
    each = np.arange(len(cases))
    error, ratio = errors[each, honest], ml[each, honest] / truth
    kinds = {kind: large & np.array([c.kind == kind for c in cases]) for kind in lesions.KINDS}
    return {
        "cases": len(cases),
        "mask_threshold": float(masks[best_threshold(errors, large)]),
        "found": found_table(cases, found),
        "found_by_contrast": found_by_contrast(cases, found),
        "volume_from_5_ml": volume_figures(error[large], ratio[large]),
        "volume_by_kind": {k: volume_figures(error[m], ratio[m]) for k, m in kinds.items() if m.any()},
        "lowest_probability_from_2_ml": round(float(probability[truth >= 2].min()), 4),
    }


def beside_teacher(slices: dataset.Slices, maps: np.ndarray, shown: np.ndarray, threshold: float) -> dict:
    """Overlap and volume against the teacher's opinion in real bleeding slices, at the mask threshold."""
    teacher = {r: preprocess.crop(slices.teacher[r], slices.origin[r], 0) > 127 for r in np.nonzero(slices.bleeds)[0]}
    overlaps = []
    for row, blood in teacher.items():
        if blood.sum() >= LEAST_PIXELS:
            seen = maps[row] > threshold
            overlaps.append(2 * (seen & blood).sum() / (seen.sum() + blood.sum()))
    ratios = []
    for patient in np.unique(slices.patient[slices.bleeds]):
        rows = np.nonzero(slices.patient == patient)[0]
        ml = sum(blood.sum() for row, blood in teacher.items() if slices.patient[row] == patient) * SLICE_ML
        if ml >= LEAST_ML:
            ratios.append((maps[rows[shown[rows]]] > threshold).sum() * SLICE_ML / ml)
    return {
        "threshold": threshold,
        "dice_with_teacher": round(float(np.mean(overlaps)), 2),
        "slices": len(overlaps),
        "volume_ratio_to_teacher": round(float(np.median(ratios)), 2),
        "volume_ratio_quartiles": [round(float(q), 2) for q in np.percentile(ratios, [25, 75])],
        "patients": len(ratios),
    }
