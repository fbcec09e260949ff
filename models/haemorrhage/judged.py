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
from network import Triage
from train import VERDICT, finished

MASK_THRESHOLDS = tuple(round(0.2 + 0.05 * i, 2) for i in range(13))


@dataclass
class Judged:
    rows: np.ndarray  # of the slices
    said: trial.Said  # [rows]
    maps: np.ndarray  # float16 [rows, size, size]
    cases: List[trial.Case]
    sent: List[robust.Sent]


def restore(out: pathlib.Path, name: str) -> Triage:
    """A finished run, as it is shipped."""
    model = Triage()
    model.load_state_dict(finished(out, name))
    return model.eval().to(memory_format=torch.channels_last)


def predict(model: Triage, images: np.ndarray) -> Tuple[trial.Said, np.ndarray]:
    """What is said of the slices [n], and maps of blood [n, rows, cols] as float16 to spare memory."""
    verdicts, areas, maps = [], [], []
    with torch.no_grad():
        for start in range(0, len(images), 16):
            some = torch.from_numpy(images[start : start + 16]).contiguous(memory_format=torch.channels_last)
            logits, verdict, area = model(some)
            verdicts.append(verdict.numpy())
            areas.append(area.numpy())
            maps.append(logits.sigmoid()[:, 0].numpy().astype(np.float16))
    said = trial.Said(np.concatenate(verdicts).astype(np.float64), np.concatenate(areas).astype(np.float64))
    return said, np.concatenate(maps)


def judge_fold(
    slices: dataset.Slices,
    data: pathlib.Path,
    heads: Dict[int, Head],
    fold_of: Dict[int, int],
    fold: int,
    out: pathlib.Path,
) -> Judged:
    """From the cache, unless the network has been trained again since."""
    name, cache = f"fold{fold}", out / "judged" / f"fold{fold}.pt"
    trained = max(VERDICT.weights(out, name, stream).stat().st_mtime for stream in VERDICT.streams)
    if cache.exists() and cache.stat().st_mtime > trained:
        return torch.load(cache)
    model = restore(out, name)
    judge = lambda images: predict(model, images)
    rows = np.nonzero([fold_of[int(p)] == fold for p in slices.patient])[0]
    said, maps = judge(np.stack([dataset.stacked(slices, r) for r in rows]))
    own = {patient: head for patient, head in heads.items() if fold_of[patient] == fold}
    cases = trial.trial(own, fold, judge, MASK_THRESHOLDS)
    found = Judged(rows, said, maps, cases, robust.sent(slices, data, heads, fold_of, fold, judge))
    cache.parent.mkdir(parents=True, exist_ok=True)
    torch.save(found, cache)
    print(
        f"fold {fold}: {len(rows)} slices, {len(cases)} implants, {len(found.sent)} patients sent otherwise", flush=True
    )
    return found
