"""From what the network says of a slice to a probability of the slice and of the study; few numbers, fitted once."""
from dataclasses import asdict, dataclass
from typing import List, Sequence

import numpy as np

from figures import logistic, logit, platt, sigmoid, top_mean
from trial import Case, Said

LEAST_PIXELS = 12  # of implanted blood in a slice that teaches the weights


@dataclass(frozen=True)
class Calibration:
    """Logit of a slice: verdict and plain blood weighed and shifted; of a study: the mean of its highest slices'."""

    slice: Sequence[float]  # weight of the verdict, weight of the area, offset
    top: int

    def slice_logit(self, said: Said) -> np.ndarray:
        return self.slice[0] * said.verdict + self.slice[1] * said.area + self.slice[2]

    def slice_probability(self, said: Said) -> np.ndarray:
        return sigmoid(self.slice_logit(said))

    def top_logit(self, said: Said) -> float:
        return top_mean(logit(self.slice_probability(said)), self.top)

    def study_probability(self, said: Said) -> float:
        """What the server makes of a patient's slices."""
        return float(sigmoid(self.top_logit(said)))

    def numbers(self) -> dict:
        return asdict(self)


def fit(said: Said, bleeds: np.ndarray, cases: List[Case], top: int) -> Calibration:
    """Weights from real slices and implanted ones, which count as much as the real bleeding ones; the rest from real."""
    drawn = [c.said.of(c.blood >= LEAST_PIXELS) for c in cases]
    verdict, area = (np.concatenate([getattr(s, name) for s in (said, *drawn)]) for name in ("verdict", "area"))
    truth, count = np.ones(len(verdict)), len(verdict) - len(bleeds)
    truth[: len(bleeds)] = bleeds
    weight = np.concatenate([np.ones(len(bleeds)), np.full(count, bleeds.sum() / count)])
    by_verdict, by_area, _ = logistic(np.stack([verdict, area], 1), truth, weight)
    joined = by_verdict * said.verdict + by_area * said.area
    scale, offset = platt(joined, bleeds)
    # of the study nothing is fitted: numbers learnt from so few patients would move them more than they tell
    return Calibration((scale * by_verdict, scale * by_area, offset), top)
