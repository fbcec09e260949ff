"""Small statistics: areas under the curve, Wilson and bootstrap intervals, two-parameter calibration and its error."""
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


def logistic(features: np.ndarray, truth: np.ndarray, weight: np.ndarray, ridge: float = 1e-3) -> np.ndarray:
    """Weights of the features [n, k] and an offset, by Newton's method with halved steps; pulled towards 1 and 0."""
    design = np.concatenate([features, np.ones((len(features), 1))], 1).astype(np.float64)
    prior = np.append(np.ones(features.shape[1]), 0.0)
    pull = ridge * len(features)

    def cost(at: np.ndarray) -> float:
        value = design @ at
        return float(
            (weight * (np.logaddexp(0.0, value) - truth * value)).sum() + 0.5 * pull * ((at - prior) ** 2).sum()
        )

    found = prior.copy()
    for _ in range(100):
        p = sigmoid(design @ found)
        gradient = design.T @ (weight * (p - truth)) + pull * (found - prior)
        hessian = (design * (weight * p * (1 - p))[:, None]).T @ design + pull * np.eye(len(prior))
        step = np.linalg.solve(hessian, gradient)
        while np.abs(step).max() > 1e-9 and cost(found - step) > cost(found):
            step = step / 2
        found = found - step
        if np.abs(step).max() < 1e-9:
            break
    return found


def platt(score: np.ndarray, truth: np.ndarray) -> Tuple[float, float]:
    """Scale and offset of the logistic calibration."""
    scale, offset = logistic(score[:, None], truth, np.ones(len(score)))
    return float(scale), float(offset)


def top_mean(values: np.ndarray, k: int) -> float:
    return float(np.sort(values)[::-1][:k].mean())


def calibration_luck(probability: np.ndarray, bins: int, draws: int = 2000, seed: int = 1) -> List[float]:
    """Median and 95 % bounds of the calibration error if every probability were true: what so few cases give by chance."""
    random = np.random.default_rng(seed)
    found = [calibration_error(probability, random.random(len(probability)) < probability, bins) for _ in range(draws)]
    return [round(float(q), 3) for q in np.percentile(found, [50, 2.5, 97.5])]


def calibration_error(probability: np.ndarray, truth: np.ndarray, bins: int) -> float:
    """Expected calibration error over bins of equal mass."""
    parts = np.array_split(np.argsort(probability, kind="stable"), bins)
    gaps = [len(part) * abs(probability[part].mean() - truth[part].mean()) for part in parts if len(part)]
    return round(float(np.sum(gaps) / len(truth)), 4)
