"""Train the folds of the cross-validation and the shipped model with one recipe; safe to stop and run again."""
import argparse
import copy
import math
import pathlib
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Dict, List

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import dataset
from batches import Batch, Sampler
from network import HaemorrhageNet

# never trained on by the shipped model, so that the demonstration shows it patients it doesn't know
DEMONSTRATION = (66, 115)
STEPS, PEAK_RATE, WEIGHT_DECAY, WARM_UP = 1400, 3e-3, 0.03, 0.08
SMOOTHING, PEAK_WEIGHT, BLOOD_WEIGHT = 0.04, 0.3, 10.0
AVERAGE, SAVE_EVERY = 0.995, 100


def loss_of(model: nn.Module, batch: Batch) -> Tensor:
    logits, verdict, peak = model(batch.hu.contiguous(memory_format=torch.channels_last))
    pixel = F.binary_cross_entropy_with_logits(logits, batch.blood, reduction="none") * (1 + BLOOD_WEIGHT * batch.blood)
    probability = logits.sigmoid()
    shared, total = (probability * batch.blood).sum((1, 2, 3)), (probability + batch.blood).sum((1, 2, 3))
    dice = (1 - (2 * shared + 5) / (total + 5)) * batch.bleeds
    mapped = (batch.belief * (4 * pixel.mean((1, 2, 3)) + dice)).mean()
    target = batch.bleeds * (1 - 2 * SMOOTHING) + SMOOTHING
    said = F.binary_cross_entropy_with_logits(verdict, target)
    # the radiologists' label teaches the map too, where the teacher sees nothing
    peaked = F.binary_cross_entropy_with_logits(peak, target)
    return mapped + said + PEAK_WEIGHT * peaked


def rate(step: int) -> float:
    warm = WARM_UP * STEPS
    return PEAK_RATE * (step / warm if step < warm else 0.5 * (1 + math.cos(math.pi * (step - warm) / (STEPS - warm))))


def follow(average: nn.Module, model: nn.Module, step: int) -> None:
    keep = min(AVERAGE, (1 + step) / (10 + step))
    for slow, fast in zip(average.state_dict().values(), model.state_dict().values()):
        if slow.dtype.is_floating_point:
            slow.mul_(keep).add_(fast, alpha=1 - keep)
        else:
            slow.copy_(fast)


def train(name: str, slices: dataset.Slices, patients: np.ndarray, seed: int, out: pathlib.Path) -> None:
    path, begun = out / f"{name}.pt", time.time()
    torch.manual_seed(seed)
    model, sampler = HaemorrhageNet().to(memory_format=torch.channels_last), Sampler(slices, patients, seed)
    average = copy.deepcopy(model)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=WEIGHT_DECAY)
    first = 0
    recent: List[float] = []
    if path.exists():
        state = torch.load(path)
        for part, key in ((model, "model"), (average, "average"), (optimiser, "optimiser")):
            part.load_state_dict(state[key])
        sampler.random.bit_generator.state, first = state["random"], state["step"]
    for step in range(first, STEPS):
        for group in optimiser.param_groups:
            group["lr"] = rate(step)
        loss = loss_of(model, sampler.batch())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        with torch.no_grad():
            follow(average, model, step)
        recent.append(float(loss))
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == STEPS:
            state = {
                "model": model.state_dict(),
                "average": average.state_dict(),
                "optimiser": optimiser.state_dict(),
                "random": sampler.random.bit_generator.state,
                "step": step + 1,
                "patients": sorted(map(int, patients)),
            }
            torch.save(state, path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
            print(f"{name} step {step + 1}/{STEPS} loss {np.mean(recent):.4f} {time.time() - begun:.0f} s", flush=True)
            recent.clear()


def runs(slices: dataset.Slices, folds: int, seed: int) -> Dict[str, np.ndarray]:
    """Name -> patients trained on."""
    fold_of, patients = dataset.folds(slices, folds, seed), np.unique(slices.patient)
    chosen = {"shipped": np.setdiff1d(patients, DEMONSTRATION)}
    for fold in range(folds):
        chosen[f"fold{fold}"] = np.array([p for p in patients if fold_of[int(p)] != fold])
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--only", nargs="*", help="shipped, fold0, fold1 …; all if not given")
    parser.add_argument("--parallel", type=int, default=2, help="runs at a time, one thread each")
    options = parser.parse_args()
    torch.set_num_threads(1)
    slices = dataset.load(options.data, options.out / "slices.npz")
    chosen = runs(slices, options.folds, options.seed)
    with ThreadPoolExecutor(options.parallel) as pool:
        tasks = [
            pool.submit(train, name, slices, chosen[name], options.seed, options.out)
            for name in (options.only or chosen)
        ]
        for task in tasks:
            task.result()


if __name__ == "__main__":
    main()
