"""From a series to the study's verdict, as the server does it: probability, volume, territories."""
import pathlib
from dataclasses import dataclass
from typing import Callable, Dict, List, Optional, Tuple

import numpy as np
import torch

import preprocess
from figures import logit, sigmoid, top_mean
from network import InfarctNet

NAMES = ("none",) + tuple(f"{t} {s}" for s in ("right", "left") for t in ("ACA", "MCA", "PCA", "vertebrobasilar"))
WORTH_NAMING = 0.2  # share of the lesion from which a further territory is named


@dataclass
class Predicted:
    """What the network says of each slice."""

    score: np.ndarray  # [n] logit
    mask: np.ndarray  # float16 [n, SIZE, SIZE]
    territory: np.ndarray  # float16 [n, 9, SIZE / 2, SIZE / 2]


def restore(path: pathlib.Path) -> InfarctNet:
    """The averaged weights of a finished run."""
    model = InfarctNet(folded=True)
    model.load_state_dict(torch.load(path, map_location="cpu")["average"])
    return model.eval()


def quick(model: InfarctNet) -> Callable[[torch.Tensor], Tuple[torch.Tensor, ...]]:
    """The same network with its normalisation folded in: a third less time."""
    example = torch.zeros(2, 6, preprocess.SIZE, preprocess.SIZE).contiguous(memory_format=torch.channels_last)
    with torch.no_grad():
        return torch.jit.freeze(torch.jit.trace(model.to(memory_format=torch.channels_last).eval(), example))


def predict(model: Callable[[torch.Tensor], Tuple[torch.Tensor, ...]], dwi: np.ndarray) -> Predicted:
    scores, masks, territories = [], [], []
    with torch.no_grad():
        for start in range(0, len(dwi), 16):
            batch = torch.from_numpy(dwi[start : start + 16]).contiguous(memory_format=torch.channels_last)
            logits, territory, verdict, _ = model(batch)
            scores.append(verdict.numpy())
            masks.append(logits.sigmoid()[:, 0].numpy().astype(np.float16))
            territories.append(territory.softmax(1).numpy().astype(np.float16))
    return Predicted(np.concatenate(scores).astype(np.float64), np.concatenate(masks), np.concatenate(territories))


def named(lesion: np.ndarray, territory: np.ndarray) -> List[Tuple[str, float]]:
    """Territories of a lesion [n, SIZE, SIZE] by their share, from class probabilities [n, 9, H, W]."""
    factor = lesion.shape[-1] // territory.shape[-1]
    whole = territory.repeat(factor, axis=2).repeat(factor, axis=3) if factor > 1 else territory
    sums = np.array([float(whole[:, c][lesion].sum(dtype=np.float64)) for c in range(1, len(NAMES))])
    if sums.sum() <= 0:
        return []
    shares, order = sums / sums.sum(), np.argsort(-sums)
    return [
        (NAMES[1 + c], round(float(shares[c]), 2)) for i, c in enumerate(order) if i == 0 or shares[c] >= WORTH_NAMING
    ]


def calibrated(score: np.ndarray, known: np.ndarray, calibration: Dict[str, Tuple[float, float]]) -> np.ndarray:
    """Probability of slices, calibrated apart for series with and without an ADC map."""
    (scale, offset), (bare_scale, bare_offset) = calibration["with_adc"], calibration["without_adc"]
    return sigmoid(np.where(known, scale * score + offset, bare_scale * score + bare_offset))


@dataclass
class Verdict:
    probability: float
    ml: float
    territories: List[Tuple[str, float]]
    lesion: np.ndarray  # bool [n, SIZE, SIZE]
    slices_flagged: int


def verdict(probability: np.ndarray, mask: np.ndarray, territory: np.ndarray, slice_mm: float, report: dict) -> Verdict:
    """From calibrated slice probabilities [n] and maps, with the report's thresholds and calibration."""
    calibration, thresholds = report["calibration"], report["thresholds"]
    mean = top_mean(logit(probability.astype(np.float64)), calibration["top"])
    shown = probability >= thresholds["slice"]
    lesion = (mask > thresholds["mask"]) & shown[:, None, None]
    ml = float(lesion.sum()) * preprocess.SPACING_MM**2 * slice_mm / 1000
    study = float(sigmoid(calibration["study_scale"] * mean + calibration["study_offset"]))
    return Verdict(study, ml, named(lesion, territory), lesion, int(shown.sum()))


def dice(found: np.ndarray, truth: np.ndarray) -> Optional[float]:
    total = int(found.sum()) + int(truth.sum())
    return 2 * int((found & truth).sum()) / total if total else None
