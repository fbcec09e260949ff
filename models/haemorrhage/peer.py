"""The teacher on the same patients: areas under the curve, and the paired difference to ours."""
import pathlib

import numpy as np

import dataset
from figures import auc, bootstrap


def figures(
    slices: dataset.Slices,
    data: pathlib.Path,
    patients: np.ndarray,
    truth: np.ndarray,
    ours: np.ndarray,
    ours_slice: np.ndarray,
) -> dict:
    """`ours` one score a patient, `ours_slice` one a slice; intervals by drawing patients again, both judged on each draw."""
    blood = list(dataset.BLOOD_CLASSES)
    ml = np.array([float(np.load(data / "teacher" / f"{p:03d}.npz")["ml"][blood].sum()) for p in patients])
    summed = slices.teacher.reshape(len(slices.number), -1).sum(1, dtype=np.int64)
    bleeds = slices.bleeds
    return {
        "name": "BLAST-CT, member 1",
        "study_auc": round(auc(ml, truth), 4),
        "slice_auc": round(auc(summed, bleeds), 4),
        "study_auc_gain": round(auc(ours, truth) - auc(ml, truth), 4),
        "study_auc_gain_ci95": bootstrap(lambda r: auc(ours[r], truth[r]) - auc(ml[r], truth[r]), patients),
        "slice_auc_gain": round(auc(ours_slice, bleeds) - auc(summed, bleeds), 4),
        "slice_auc_gain_ci95": bootstrap(
            lambda r: auc(ours_slice[r], bleeds[r]) - auc(summed[r], bleeds[r]), slices.patient, 500
        ),
    }
