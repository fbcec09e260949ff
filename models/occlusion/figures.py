"""Small statistics: areas under the curve, Wilson and bootstrap intervals, logistic calibration."""
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
    return round(share, 4), [round(float(middle - half), 4), round(float(middle + half), 4)]


def bootstrap(
    statistic: Callable[[np.ndarray], float], groups: np.ndarray, draws: int = 2000, seed: int = 1
) -> List[float]:
    """95% interval of `statistic(rows)` when whole groups (patients) are drawn again with replacement."""
    random, names = np.random.default_rng(seed), np.unique(groups)
    rows_of = {name: np.nonzero(groups == name)[0] for name in names}
    found = [statistic(np.concatenate([rows_of[n] for n in random.choice(names, len(names))])) for _ in range(draws)]
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return [round(float(low), 4), round(float(high), 4)]


def logistic(features: np.ndarray, truth: np.ndarray, ridge: float = 1e-3) -> np.ndarray:
    """Weights of the features [n, k] and an offset, by Newton's method; drawn towards equal shares and no offset."""
    count, k = features.shape
    design, prior = np.concatenate([features, np.ones((count, 1))], 1), np.append(np.full(k, 1 / k), 0.0)
    weight = prior.copy()
    for _ in range(50):
        p = sigmoid(design @ weight)
        gradient = design.T @ (p - truth) + ridge * count * (weight - prior)
        hessian = (design * (p * (1 - p))[:, None]).T @ design + ridge * count * np.eye(k + 1)
        step = np.linalg.solve(hessian, gradient)
        weight -= step
        if np.abs(step).max() < 1e-9:
            break
    return weight
