"""Train the folds of the cross-validation and the shipped model with one recipe of two cycles; safe to stop and run again."""
import argparse
import copy
import math
import pathlib
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Dict, List

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import dataset
import implanted
from batches import Batch, Sampler, SecondSampler
from network import HaemorrhageNet

# never trained on by the shipped model, so that the demonstration shows it patients it doesn't know
DEMONSTRATION = (66, 115)
WEIGHT_DECAY, WARM_UP = 0.03, 0.08
SMOOTHING, SAVE_EVERY = 0.04, 100


@dataclass(frozen=True)
class Cycle:
    number: int
    steps: int
    peak_rate: float
    average: float  # share that the averaged weights keep each step
    blood_weight: float  # of a pixel of blood in the map's cross-entropy, besides 1
    sure_smoothing: float  # of the labels that are certain: drawn bleeds and clean slices
    peak_weight: float
    peak_believes: bool  # a radiologist's label teaches the map only where the teacher sees blood too

    def rate(self, step: int) -> float:
        warm = WARM_UP * self.steps
        falling = 0.5 * (1 + math.cos(math.pi * (step - warm) / (self.steps - warm)))
        return self.peak_rate * (step / warm if step < warm else falling)

    def folder(self, out: pathlib.Path) -> pathlib.Path:
        return out / f"cycle{self.number}"


FIRST = Cycle(1, 1400, 3e-3, 0.995, 10.0, SMOOTHING, 0.3, False)
SECOND = Cycle(2, 300, 2.5e-3, 0.98, 2.0, 0.003, 0.5, True)


def loss_of(model: nn.Module, batch: Batch, cycle: Cycle) -> Tensor:
    logits, verdict, peak = model(batch.hu.contiguous(memory_format=torch.channels_last))
    pixel = F.binary_cross_entropy_with_logits(logits, batch.blood, reduction="none") * (1 + cycle.blood_weight * batch.blood)
    probability = logits.sigmoid()
    shared, total = (probability * batch.blood).sum((1, 2, 3)), (probability + batch.blood).sum((1, 2, 3))
    dice = (1 - (2 * shared + 5) / (total + 5)) * batch.bleeds
    mapped = (batch.belief * (4 * pixel.mean((1, 2, 3)) + dice)).mean()
    smoothing = torch.where(batch.real > 0, SMOOTHING, cycle.sure_smoothing)
    target = batch.bleeds * (1 - 2 * smoothing) + smoothing
    said = F.binary_cross_entropy_with_logits(verdict, target)
    trust = torch.where(batch.real > 0, batch.belief, 1.0) if cycle.peak_believes else torch.ones_like(target)
    peaked = (F.binary_cross_entropy_with_logits(peak, target, reduction="none") * trust).mean()
    return mapped + said + cycle.peak_weight * peaked


def follow(average: nn.Module, model: nn.Module, step: int, most: float) -> None:
    keep = min(most, (1 + step) / (10 + step))
    for slow, fast in zip(average.state_dict().values(), model.state_dict().values()):
        if slow.dtype.is_floating_point:
            slow.mul_(keep).add_(fast, alpha=1 - keep)
        else:
            slow.copy_(fast)


def beginning(cycle: Cycle, name: str, out: pathlib.Path) -> HaemorrhageNet:
    """A new network, or the first cycle's average with the second's map."""
    model = HaemorrhageNet(cycle.number)
    if cycle.number == 2:
        earlier = HaemorrhageNet(1)
        earlier.load_state_dict(torch.load(FIRST.folder(out) / f"{name}.pt", map_location="cpu")["average"])
        shared = {key: value for key, value in earlier.state_dict().items() if not key.startswith("head.")}
        model.load_state_dict(shared, strict=False)
        model.head.inherit(earlier.head)
    return model.to(memory_format=torch.channels_last)


def train(cycle: Cycle, name: str, sampler: Sampler, patients: np.ndarray, seed: int, out: pathlib.Path) -> None:
    path, begun = cycle.folder(out) / f"{name}.pt", time.time()
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    model = beginning(cycle, name, out)
    average = copy.deepcopy(model)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=WEIGHT_DECAY)
    first = 0
    recent: List[float] = []
    if path.exists():
        state = torch.load(path)
        if state["step"] == cycle.steps:
            return
        for part, key in ((model, "model"), (average, "average"), (optimiser, "optimiser")):
            part.load_state_dict(state[key])
        sampler.random.bit_generator.state, first = state["random"], state["step"]
    for step in range(first, cycle.steps):
        for group in optimiser.param_groups:
            group["lr"] = cycle.rate(step)
        loss = loss_of(model, sampler.batch(), cycle)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        with torch.no_grad():
            follow(average, model, step, cycle.average)
        recent.append(float(loss))
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == cycle.steps:
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
            said = f"cycle {cycle.number} {name} step {step + 1}/{cycle.steps} loss {np.mean(recent):.4f}"
            print(f"{said} {time.time() - begun:.0f} s", flush=True)
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
    bank = implanted.load(slices, options.out / "bank")
    chosen = runs(slices, options.folds, options.seed)

    def both(name: str) -> None:
        patients = chosen[name]
        train(FIRST, name, Sampler(slices, patients, options.seed), patients, options.seed, options.out)
        second = SecondSampler(slices, bank, patients, options.seed + 1)
        train(SECOND, name, second, patients, options.seed + 1, options.out)

    with ThreadPoolExecutor(options.parallel) as pool:
        for task in [pool.submit(both, name) for name in (options.only or chosen)]:
            task.result()


if __name__ == "__main__":
    main()
