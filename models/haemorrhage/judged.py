"""What each fold's network says of the patients it never saw: as they are, implanted, and sent otherwise; a file a fold."""
import pathlib
from dataclasses import dataclass
from typing import Dict, List, Tuple

import numpy as np
import torch

import dataset
import robust
import trial
from anatomy import Head
from network import HaemorrhageNet
from train import SECOND

MASK_THRESHOLDS = tuple(round(0.2 + 0.05 * i, 2) for i in range(13))


@dataclass
class Judged:
    rows: np.ndarray  # of the slices
    logits: np.ndarray  # raw [rows]
    maps: np.ndarray  # float16 [rows, size, size]
    cases: List[trial.Case]
    sent: List[robust.Sent]


def restore(path: pathlib.Path) -> HaemorrhageNet:
    """The averaged weights of a finished run."""
    model = HaemorrhageNet()
    model.load_state_dict(torch.load(path, map_location="cpu")["average"])
    return model.eval()


def predict(model: HaemorrhageNet, images: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Slice logits [n], and maps of blood [n, rows, cols] as float16 to spare memory."""
    verdicts, maps = [], []
    with torch.no_grad():
        for start in range(0, len(images), 16):
            logits, verdict, _ = model(torch.from_numpy(images[start : start + 16]))
            verdicts.append(verdict.numpy())
            maps.append(logits.sigmoid()[:, 0].numpy().astype(np.float16))
    return np.concatenate(verdicts).astype(np.float64), np.concatenate(maps)


def judge_fold(
    slices: dataset.Slices,
    data: pathlib.Path,
    heads: Dict[int, Head],
    fold_of: Dict[int, int],
    fold: int,
    out: pathlib.Path,
) -> Judged:
    """From the cache, unless the network has been trained again since."""
    weights, cache = SECOND.folder(out) / f"fold{fold}.pt", out / "judged" / f"fold{fold}.pt"
    if cache.exists() and cache.stat().st_mtime > weights.stat().st_mtime:
        return torch.load(cache)
    if torch.load(weights, map_location="cpu")["step"] < SECOND.steps:
        raise SystemExit(f"{weights} is still in training")
    model = restore(weights)
    judge = lambda images: predict(model, images)
    rows = np.nonzero([fold_of[int(p)] == fold for p in slices.patient])[0]
    logits, maps = judge(np.stack([dataset.stacked(slices, r) for r in rows]))
    own = {patient: head for patient, head in heads.items() if fold_of[patient] == fold}
    cases = trial.trial(own, fold, judge, MASK_THRESHOLDS)
    found = Judged(rows, logits, maps, cases, robust.sent(slices, data, heads, fold_of, fold, judge))
    cache.parent.mkdir(parents=True, exist_ok=True)
    torch.save(found, cache)
    print(f"fold {fold}: {len(rows)} slices, {len(cases)} implants, {len(found.sent)} patients sent otherwise", flush=True)
    return found
