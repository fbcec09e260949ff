"""Train the folds of the cross-validation and the shipped model with one recipe of three cycles; safe to stop and run again."""
import argparse
import copy
import pathlib
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Dict, List, Tuple

import numpy as np
import torch
from torch import nn

import dataset
import implanted
from batches import MapSampler, Sampler
from cycles import FIRST, SECOND, THIRD, Cycle, Loss, first_cycle, map_cycle

# never trained on by the shipped model, so that the demonstration shows it patients it doesn't know
DEMONSTRATION = (66, 115)
WEIGHT_DECAY, SAVE_EVERY = 0.03, 100


def follow(average: nn.Module, model: nn.Module, step: int, most: float) -> None:
    keep = min(most, (1 + step) / (10 + step))
    for slow, fast in zip(average.state_dict().values(), model.state_dict().values()):
        if slow.dtype.is_floating_point:
            slow.mul_(keep).add_(fast, alpha=1 - keep)
        else:
            slow.copy_(fast)


def train(
    cycle: Cycle,
    name: str,
    begin: Callable[[], Tuple[nn.Module, Loss]],
    sampler: Sampler,
    patients: np.ndarray,
    seed: int,
    out: pathlib.Path,
) -> None:
    path, begun = cycle.weights(out, name), time.time()
    path.parent.mkdir(parents=True, exist_ok=True)
    state = torch.load(path) if path.exists() else {"step": 0}
    if state["step"] == cycle.steps:
        return
    torch.manual_seed(seed)
    model, loss_of = begin()
    average = copy.deepcopy(model)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=WEIGHT_DECAY)
    recent: List[float] = []
    if state["step"]:
        for part, key in ((model, "model"), (average, "average"), (optimiser, "optimiser")):
            part.load_state_dict(state[key])
        sampler.random.bit_generator.state = state["random"]
    for step in range(state["step"], cycle.steps):
        for group in optimiser.param_groups:
            group["lr"] = cycle.rate(step)
        loss = loss_of(sampler.batch())
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

    def every(name: str) -> None:
        patients, out, seed = chosen[name], options.out, options.seed
        first, second = FIRST.weights(out, name), SECOND.weights(out, name)
        train(FIRST, name, first_cycle, Sampler(slices, patients, seed), patients, seed, out)
        for cycle, before in ((SECOND, None), (THIRD, second)):
            mixture = MapSampler(slices, bank, patients, seed + cycle.number - 1)
            train(cycle, name, lambda: map_cycle(first, before), mixture, patients, seed + cycle.number - 1, out)

    with ThreadPoolExecutor(options.parallel) as pool:
        for task in [pool.submit(every, name) for name in (options.only or chosen)]:
            task.result()


if __name__ == "__main__":
    main()
