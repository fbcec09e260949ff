"""Train the folds of the cross-validation and the shipped model with one recipe of three cycles; safe to stop and run again."""
import argparse
import copy
import math
import pathlib
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Callable, Dict, List, Optional, Sequence, Tuple, Type

import numpy as np
import torch
from torch import Tensor, nn

import dataset
import implanted
from batches import Batch, LabelSampler, Sampler, TwinSampler
from loss import loss, twin_loss, verdict_loss
from network import Opinion, Triage

# never trained on by the shipped model, so that the demonstration shows it patients it doesn't know
DEMONSTRATION = (66, 115)
WEIGHT_DECAY, SAVE_EVERY = 0.03, 100
Loss = Callable[[Opinion, Batch], Tensor]


@dataclass(frozen=True)
class Cycle:
    name: str
    steps: int
    peak_rate: float
    warm_up: float  # share of the steps
    average: float  # share that the averaged weights keep each step
    sampler: Type[Sampler]
    loss: Loss
    streams: Tuple[int, ...]  # a run each, added to the seed: no run draws another's random numbers
    start: float = 0.0  # share of the weights it began with in those that it hands on
    fixed: Tuple[str, ...] = ()  # parts of the network that it leaves as they are

    def rate(self, step: int) -> float:
        warm = self.warm_up * self.steps
        falling = 0.5 * (1 + math.cos(math.pi * (step - warm) / (self.steps - warm)))
        return self.peak_rate * (step / warm if step < warm else falling)

    def weights(self, out: pathlib.Path, name: str, stream: int) -> pathlib.Path:
        return out / self.name / f"{name}-{stream}.pt"


TRAINING = Cycle("trained", 2600, 3e-3, 0.05, 0.995, Sampler, loss, (0,))
# the same slice, seen in two ways, is to be called the same
SETTLING = Cycle("settled", 600, 1.5e-3, 0.08, 0.98, TwinSampler, twin_loss, (1,), start=0.5)
# at last the verdict alone, over features that know implants: the map finds those
VERDICT = Cycle(
    "verdict", 400, 1.5e-3, 0.08, 0.98, LabelSampler, verdict_loss, (2, 12, 22), fixed=("encoder", "outline", "coarse")
)
CYCLES = (TRAINING, SETTLING, VERDICT)


def mixed(states: Sequence[dict], shares: Sequence[float]) -> dict:
    """Each weight the sum of its shares; what only counts, as in the last."""
    return {
        key: sum(share * state[key] for share, state in zip(shares, states)) if last.dtype.is_floating_point else last
        for key, last in states[-1].items()
    }


def handed_on(cycle: Cycle, before: Optional[dict], out: pathlib.Path, name: str) -> dict:
    """What a cycle makes of the weights it began with: the mean of its runs' averages and, for its share, of those."""
    averages = []
    for stream in cycle.streams:
        state = torch.load(cycle.weights(out, name, stream), map_location="cpu")
        if state["step"] < cycle.steps:
            raise SystemExit(f"{name} is still in training: {cycle.name}, stream {stream}, step {state['step']}")
        averages.append(state["average"])
    shares = [(1 - cycle.start) / len(averages)] * len(averages)
    if before is None:
        return mixed(averages, shares)
    return mixed([before, *averages], [cycle.start, *shares])


def finished(out: pathlib.Path, name: str) -> dict:
    """The weights at the end of all cycles."""
    weights = None
    for cycle in CYCLES:
        weights = handed_on(cycle, weights, out, name)
    return weights


def follow(average: nn.Module, model: nn.Module, step: int, most: float) -> None:
    keep = min(most, (1 + step) / (10 + step))
    for slow, fast in zip(average.state_dict().values(), model.state_dict().values()):
        if slow.dtype.is_floating_point:
            slow.mul_(keep).add_(fast, alpha=1 - keep)
        else:
            slow.copy_(fast)


def train(
    cycle: Cycle, path: pathlib.Path, sampler: Sampler, before: Optional[dict], patients: np.ndarray, seed: int
) -> None:
    """One run of a cycle, into `path`."""
    begun = time.time()
    path.parent.mkdir(parents=True, exist_ok=True)
    state = torch.load(path) if path.exists() else {"step": 0}
    torch.manual_seed(seed)
    model = Triage().to(memory_format=torch.channels_last)
    if before is not None:
        model.load_state_dict(before)
    average = copy.deepcopy(model)
    for part in map(model.get_submodule, cycle.fixed):
        part.requires_grad_(False).eval()
    learning = [weights for weights in model.parameters() if weights.requires_grad]
    optimiser = torch.optim.AdamW(learning, weight_decay=WEIGHT_DECAY)
    recent: List[float] = []
    if state["step"]:
        for part, key in ((model, "model"), (average, "average"), (optimiser, "optimiser")):
            part.load_state_dict(state[key])
        sampler.random.bit_generator.state = state["random"]
        torch.set_rng_state(state["dropout"])
    for step in range(state["step"], cycle.steps):
        for group in optimiser.param_groups:
            group["lr"] = cycle.rate(step)
        batch = sampler.batch()
        cost = cycle.loss(model.opinion(batch.hu), batch)
        optimiser.zero_grad(set_to_none=True)
        cost.backward()
        nn.utils.clip_grad_norm_(learning, 2.0)
        optimiser.step()
        with torch.no_grad():
            follow(average, model, step, cycle.average)
        recent.append(float(cost))
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == cycle.steps:
            state = {
                "model": model.state_dict(),
                "average": average.state_dict(),
                "optimiser": optimiser.state_dict(),
                "random": sampler.random.bit_generator.state,
                "dropout": torch.get_rng_state(),
                "step": step + 1,
                "patients": sorted(map(int, patients)),
            }
            torch.save(state, path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
            said = f"{cycle.name} {path.stem} step {step + 1}/{cycle.steps} loss {np.mean(recent):.4f}"
            print(f"{said} {time.time() - begun:.0f} s", flush=True)
            recent.clear()


def runs(slices: dataset.Slices, folds: int, seed: int) -> Dict[str, np.ndarray]:
    """Name -> patients trained on."""
    fold_of, patients = dataset.folds(slices, folds, seed), np.unique(slices.patient)
    chosen = {"shipped": np.setdiff1d(patients, DEMONSTRATION)}
    for fold in range(folds):
        chosen[f"fold{fold}"] = np.array([p for p in patients if fold_of[int(p)] != fold])
    return chosen


def run(name: str, data: pathlib.Path, out: pathlib.Path, folds: int, seed: int) -> None:
    """One network, in a process of its own: what another run does changes nothing here."""
    torch.set_num_threads(1)
    slices = dataset.load(data, out / "slices.npz")
    bank, patients, before = implanted.load(slices, out / "bank"), runs(slices, folds, seed)[name], None
    for cycle in CYCLES:
        for stream in cycle.streams:
            sampler = cycle.sampler(slices, bank, patients, seed + stream)
            train(cycle, cycle.weights(out, name, stream), sampler, before, patients, seed + stream)
        before = handed_on(cycle, before, out, name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--only", nargs="*", help="shipped, fold0, fold1 …; all if not given")
    parser.add_argument("--parallel", type=int, default=2, help="runs at a time, one thread each")
    options = parser.parse_args()
    slices = dataset.load(options.data, options.out / "slices.npz")
    implanted.load(slices, options.out / "bank")  # before the runs share it
    names = options.only or list(runs(slices, options.folds, options.seed))
    with ProcessPoolExecutor(options.parallel, get_context("spawn")) as pool:
        waited = [pool.submit(run, n, options.data, options.out, options.folds, options.seed) for n in names]
        for one in waited:
            one.result()


if __name__ == "__main__":
    main()
