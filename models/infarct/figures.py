"""Small statistics: areas under the curve, Wilson and bootstrap intervals, two-parameter calibration."""
from typing import Callable, List, Tuple

import numpy as np

CLAMP = 1e-6


def logit(probability: np.ndarray) -> np.ndarray:
    p = np.clip(probability, CLAMP, 1 - CLAMP)
    return np.log(p / (1 - p))


def sigmoid(value: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-value))


def auc(score: np.ndarray, truth: np.ndarray) -> float:
    """Chance that a positive scores above a negative; ties count half."""
    order, ranks = np.argsort(score, kind="stable"), np.empty(len(score))
    values = score[order]
    first, last = np.searchsorted(values, values, "left"), np.searchsorted(values, values, "right")
    ranks[order] = (first + last + 1) / 2
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def wilson(hits: int, total: int) -> Tuple[float, List[float]]:
    z, share = 1.959964, hits / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * np.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return round(share, 4), [round(max(0.0, float(middle - half)), 4), round(min(1.0, float(middle + half)), 4)]


def bootstrap(
    statistic: Callable[[np.ndarray], float], groups: np.ndarray, draws: int = 2000, seed: int = 1
) -> List[float]:
    """95% interval of `statistic(rows)` when whole groups (patients) are drawn again with replacement."""
    random, names = np.random.default_rng(seed), np.unique(groups)
    rows_of = {name: np.nonzero(groups == name)[0] for name in names}
    found = [statistic(np.concatenate([rows_of[n] for n in random.choice(names, len(names))])) for _ in range(draws)]
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return [round(float(low), 4), round(float(high), 4)]


def platt(score: np.ndarray, truth: np.ndarray, ridge: float = 1e-3) -> Tuple[float, float]:
    """Scale and offset of the logistic calibration, by Newton's method."""
    design, weight = np.stack([score, np.ones_like(score)], 1).astype(np.float64), np.array([1.0, 0.0])
    for _ in range(50):
        p = sigmoid(design @ weight)
        gradient = design.T @ (p - truth) + ridge * len(score) * (weight - [1.0, 0.0])
        hessian = (design * (p * (1 - p))[:, None]).T @ design + ridge * len(score) * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        weight -= step
        if np.abs(step).max() < 1e-9:
            break
    return float(weight[0]), float(weight[1])


def top_mean(values: np.ndarray, k: int) -> float:
    return float(np.sort(values)[::-1][:k].mean())


def bins_of(probability: np.ndarray, bins: int) -> List[np.ndarray]:
    """Rows in groups of equal size, by rising probability."""
    return np.array_split(np.argsort(probability, kind="stable"), bins)


def reliability(probability: np.ndarray, truth: np.ndarray, bins: int) -> List[dict]:
    return [
        {"said": round(float(probability[r].mean()), 4), "true": round(float(truth[r].mean()), 4), "count": len(r)}
        for r in bins_of(probability, bins)
    ]


def calibration_error(probability: np.ndarray, truth: np.ndarray, bins: int) -> float:
    """Expected calibration error over groups of equal size."""
    gaps = [len(r) * abs(float(probability[r].mean() - truth[r].mean())) for r in bins_of(probability, bins)]
    return round(sum(gaps) / len(probability), 4)
