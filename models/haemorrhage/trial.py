"""The implanted trial: bleeds of a seed never trained on, in clean patients that the judging network never saw."""
from dataclasses import dataclass
from typing import Callable, Dict, List, Tuple

import numpy as np

import lesions
import preprocess
from anatomy import Head

TRIAL_SEED = 2026


@dataclass
class Case:
    """One implanted whole patient: what was put in, and what the network said."""

    patient: int
    fold: int
    kind: str
    ml: float
    logits: np.ndarray  # raw slice logits [slices]
    pixels: np.ndarray  # int [slices, mask thresholds]


Judge = Callable[[np.ndarray], Tuple[np.ndarray, np.ndarray]]  # images -> raw slice logits, maps


def judged(head: Head, images: np.ndarray, rows: np.ndarray, judge: Judge, thresholds: tuple) -> tuple:
    """Raw logits and pixels over each mask threshold, of some slices of a patient."""
    logits, maps = judge(np.stack([preprocess.stack(images, head.z, k) for k in rows]))
    return logits, np.stack([(maps > t).sum((1, 2)) for t in thresholds], 1)


def trial(heads: Dict[int, Head], fold: int, judge: Judge, thresholds: tuple) -> List[Case]:
    """One bleed of every kind and band in each of a fold's clean patients."""
    cases: List[Case] = []
    for patient, head in heads.items():
        random = np.random.default_rng((TRIAL_SEED, patient))
        base, pixels = judged(head, head.hu, np.arange(len(head.z)), judge, thresholds)
        for kind in lesions.KINDS:
            for low, high in lesions.BANDS.values():
                result = lesions.implant(random, head, kind, lesions.drawn_volume(random, kind, low, high))
                if result is None:
                    continue
                touched = np.nonzero((result.hu != head.hu).any((1, 2)))[0]
                touched = np.arange(max(0, touched[0] - 1), min(len(base), touched[-1] + 2))
                logits, marked = base.copy(), pixels.copy()
                logits[touched], marked[touched] = judged(head, result.hu, touched, judge, thresholds)
                cases.append(Case(patient, fold, kind, result.ml, logits, marked))
    return cases


def band_of(ml: float) -> str:
    """The band of a volume; a bleed that its head could not hold whole falls lower than it was drawn for."""
    return next((name for name, (_, high) in lesions.BANDS.items() if ml < high), list(lesions.BANDS)[-1])
