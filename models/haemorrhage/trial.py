"""The implanted trial: bleeds of a seed never trained on, in clean patients that the judging network never saw."""
from dataclasses import dataclass
from typing import Callable, Dict, List, Sequence, Tuple

import numpy as np

import lesions
import preprocess
from anatomy import Head

TRIAL_SEED = 2026


@dataclass
class Said:
    """What a network says of some slices, before calibration."""

    verdict: np.ndarray  # logits [n]
    area: np.ndarray  # logarithm of pixels plainly blood, and one [n]

    def of(self, chosen: np.ndarray) -> "Said":
        return Said(self.verdict[chosen], self.area[chosen])


Judge = Callable[[np.ndarray], Tuple[Said, np.ndarray]]  # images [n, 3, size, size] -> of slices, maps [n, size, size]


@dataclass
class Case:
    """One implanted whole patient: what was put in, and what the network said."""

    patient: int
    fold: int
    kind: str
    ml: float
    said: Said
    pixels: np.ndarray  # int [slices, mask thresholds]
    blood: np.ndarray  # pixels of implanted blood [slices]
    contrast: float  # HU of the blood over the brain around it


def judged(images: np.ndarray, z: np.ndarray, rows: np.ndarray, judge: Judge, thresholds: Sequence[float]) -> tuple:
    """What is said, and pixels over each mask threshold, of some slices of a patient."""
    said, maps = judge(np.stack([preprocess.stack(images, z, k) for k in rows]))
    return said, np.stack([(maps > t).sum((1, 2)) for t in thresholds], 1)


def contrast(head: Head, result: lesions.Implanted) -> float:
    """HU of the pixels mostly blood (else those with most of it) over the median of the same slices' untouched brain."""
    held = result.blood >= 0.5 if (result.blood >= 0.5).sum() >= 5 else result.blood >= 0.5 * result.blood.max()
    brain = head.inside & (head.fluid < 0.1) & held.any((1, 2))[:, None, None]
    return float(result.hu[held].mean() - np.median(head.hu[brain]))


def trial(heads: Dict[int, Head], fold: int, judge: Judge, thresholds: Sequence[float]) -> List[Case]:
    """One bleed of every kind and band in each of a fold's clean patients."""
    cases: List[Case] = []
    for patient, head in heads.items():
        random = np.random.default_rng((TRIAL_SEED, patient))
        base, pixels = judged(head.hu, head.z, np.arange(len(head.z)), judge, thresholds)
        for kind in lesions.KINDS:
            for low, high in lesions.BANDS.values():
                result = lesions.implant(random, head, kind, lesions.drawn_volume(random, kind, low, high))
                if result is None:
                    continue
                touched = np.nonzero((result.hu != head.hu).any((1, 2)))[0]
                touched = np.arange(max(0, touched[0] - 1), min(len(pixels), touched[-1] + 2))
                now, marked = judged(result.hu, head.z, touched, judge, thresholds)
                said, counted = Said(base.verdict.copy(), base.area.copy()), pixels.copy()
                said.verdict[touched], said.area[touched], counted[touched] = now.verdict, now.area, marked
                amount = result.blood.sum((1, 2))
                cases.append(Case(patient, fold, kind, result.ml, said, counted, amount, contrast(head, result)))
    return cases


def band_of(ml: float) -> str:
    """The band of a volume; a bleed that its head could not hold whole falls lower than it was drawn for."""
    return next((name for name, (_, high) in lesions.BANDS.items() if ml < high), list(lesions.BANDS)[-1])
