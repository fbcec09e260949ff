"""From what the network says of a slice to a probability of the slice and of the study; few numbers, fitted once."""
from dataclasses import asdict, dataclass
from typing import List, Tuple

import numpy as np

from figures import logit, platt, sigmoid, top_mean
from trial import Case, Said

LEAST_PIXELS = 12  # of implanted blood in a slice that teaches the area's weight
IMPLANTED_SHARE = 0.1  # weight of such slices against the clean ones, about that of bleeding slices among real ones
Affine = Tuple[float, float]  # scale, offset of a logit


@dataclass(frozen=True)
class Calibration:
    """Verdict and plain blood each made a probability, joined as independent reasons, calibrated; then the study's."""

    verdict: Affine
    area: Affine
    slice: Affine
    study: Affine
    top: int

    def joined(self, said: Said) -> np.ndarray:
        """Logit that at least one of both reasons holds [n]."""
        v = self.verdict[0] * said.verdict + self.verdict[1]
        m = self.area[0] * said.area + self.area[1]
        return np.logaddexp(np.logaddexp(v, m), v + m)

    def slice_logit(self, said: Said) -> np.ndarray:
        return self.slice[0] * self.joined(said) + self.slice[1]

    def slice_probability(self, said: Said) -> np.ndarray:
        return sigmoid(self.slice_logit(said))

    def top_logit(self, said: Said) -> float:
        return top_mean(logit(self.slice_probability(said)), self.top)

    def study_probability(self, said: Said) -> float:
        """What the server makes of a patient's slices."""
        return float(sigmoid(self.study[0] * self.top_logit(said) + self.study[1]))

    def numbers(self) -> dict:
        return asdict(self)


def fit(said: Said, bleeds: np.ndarray, patient: np.ndarray, cases: List[Case], top: int) -> Calibration:
    """Real slices teach the verdict, the slice and the study; the area is taught by implants among clean slices."""
    clean = ~np.isin(patient, np.unique(patient[bleeds]))
    drawn = np.concatenate([c.said.area[c.blood >= LEAST_PIXELS] for c in cases])
    area = np.concatenate([drawn, said.area[clean]])
    truth = np.arange(len(area)) < len(drawn)
    weight = np.where(truth, IMPLANTED_SHARE / len(drawn), (1 - IMPLANTED_SHARE) / clean.sum()) * len(area)
    begun = Calibration(platt(said.verdict, bleeds), platt(area, truth, weight), (1.0, 0.0), (1.0, 0.0), top)
    each = Calibration(begun.verdict, begun.area, platt(begun.joined(said), bleeds), (1.0, 0.0), top)
    names = np.unique(patient)
    tops = np.array([each.top_logit(said.of(patient == p)) for p in names])
    study = platt(tops, np.array([bleeds[patient == p].any() for p in names]))
    return Calibration(each.verdict, each.area, each.slice, study, top)
