"""Train the network on drawn patients only; safe to stop and run again."""
import argparse
import copy
import math
import pathlib
import time
from dataclasses import dataclass
from typing import List, Tuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import dataset
from batches import Batch, Sampler
from network import InfarctNet, fold
from preprocess import SIZE

PATIENTS = 2000
# steps; from the second on the network is told where in the picture a pixel lies
CYCLES = (800, 250, 220, 2200, 8000, 10000)
PEAK_RATES, WEIGHT_DECAY, WARM_UP = (4e-3, 3e-3, 3e-3, 1e-3, 1.5e-3, 1.5e-3), 0.03, 0.08
FOLDED = 3  # cycle from which the normalisation is folded away: a third less time a step
NARROW, WHOLE_FROM = (
    80,
    0.85,
)  # columns of the folded cycles' pictures (160 mm), and the share after which they are whole
SMOOTHING, PEAK_WEIGHT, TERRITORY_WEIGHT, INFARCT_WEIGHT = 0.02, 0.3, 0.6, 1.0
AVERAGE, SAVE_EVERY = 0.995, 100


def loss_of(model: nn.Module, batch: Batch) -> Tuple[Tensor, Tensor]:
    """The batch's loss, and how badly each slice is judged [N]."""
    logits, territory, verdict, peak = model(batch.dwi.contiguous(memory_format=torch.channels_last))
    pixel = F.binary_cross_entropy_with_logits(logits, batch.fresh, reduction="none")
    pixel = pixel * (1 + INFARCT_WEIGHT * batch.fresh)
    probability = logits.sigmoid()
    shared, total = (probability * batch.fresh).sum((1, 2, 3)), (probability + batch.fresh).sum((1, 2, 3))
    dice = (1 - (2 * shared + 3) / (total + 3)) * batch.infarct
    mapped = 8 * pixel.mean() + dice.mean()
    target = batch.infarct * (1 - 2 * SMOOTHING) + SMOOTHING
    wrong = batch.sure * F.binary_cross_entropy_with_logits(verdict, target, reduction="none")
    peaked = (batch.sure * F.binary_cross_entropy_with_logits(peak, target, reduction="none")).mean()
    named = F.cross_entropy(territory, batch.territory[:, ::2, ::2])
    loss = mapped + wrong.mean() + PEAK_WEIGHT * peaked + TERRITORY_WEIGHT * named
    return loss, (wrong + dice).detach()


def rate(step: int, steps: int, peak: float) -> float:
    warm = WARM_UP * steps
    return peak * (step / warm if step < warm else 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm))))


def follow(average: nn.Module, model: nn.Module, step: int) -> None:
    keep = min(AVERAGE, (1 + step) / (10 + step))
    for slow, fast in zip(average.state_dict().values(), model.state_dict().values()):
        if slow.dtype.is_floating_point:
            slow.mul_(keep).add_(fast, alpha=1 - keep)
        else:
            slow.copy_(fast)


@dataclass
class Run:
    """A training under way: what a checkpoint holds."""

    model: InfarctNet
    average: InfarctNet
    optimiser: torch.optim.Optimizer
    cycle: int
    step: int  # of the cycle

    @classmethod
    def begun(cls, model: InfarctNet, cycle: int) -> "Run":
        if cycle >= FOLDED:
            fold(model.eval())  # nothing to fold where it has been
        model = model.train().to(memory_format=torch.channels_last)
        model.placed.fill_(float(cycle > 0))
        return cls(
            model, copy.deepcopy(model), torch.optim.AdamW(model.parameters(), weight_decay=WEIGHT_DECAY), cycle, 0
        )

    @classmethod
    def resumed(cls, state: dict) -> "Run":
        run = cls.begun(InfarctNet(), state["cycle"])
        for part in ("model", "average", "optimiser"):
            getattr(run, part).load_state_dict(state[part])
        run.step = state["step"]
        return run

    def save(self, path: pathlib.Path, sampler: Sampler) -> None:
        state = {part: getattr(self, part).state_dict() for part in ("model", "average", "optimiser")}
        state.update(cycle=self.cycle, step=self.step, random=sampler.random.bit_generator.state)
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)


def steps(run: Run, sampler: Sampler, path: pathlib.Path) -> None:
    """The rest of the run's cycle."""
    count, begun = CYCLES[run.cycle], time.time()
    recent: List[float] = []
    while run.step < count:
        for group in run.optimiser.param_groups:
            group["lr"] = rate(run.step, count, PEAK_RATES[run.cycle])
        narrow = run.cycle >= FOLDED and run.step < WHOLE_FROM * count
        batch = sampler.batch(NARROW if narrow else SIZE)
        loss, losses = loss_of(run.model, batch)
        sampler.learn(batch.rows, losses.numpy())
        run.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(run.model.parameters(), 2.0)
        run.optimiser.step()
        with torch.no_grad():
            follow(run.average, run.model, run.step)
        recent.append(float(loss))
        run.step += 1
        if run.step % SAVE_EVERY == 0 or run.step == count:
            run.save(path, sampler)
            place = f"cycle {run.cycle + 1} step {run.step}/{count}"
            print(f"{place} loss {np.mean(recent):.4f} {time.time() - begun:.0f} s", flush=True)
            recent.clear()


def train(slices: dataset.Slices, seed: int, path: pathlib.Path) -> None:
    torch.manual_seed(seed)
    sampler = Sampler(slices, seed)
    if path.exists():
        state = torch.load(path)
        sampler.random.bit_generator.state, run = state["random"], Run.resumed(state)
    else:
        run = Run.begun(InfarctNet(), 0)
    while True:
        steps(run, sampler, path)
        if run.cycle + 1 == len(CYCLES):
            return
        run = Run.begun(run.average, run.cycle + 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--name", default="shipped")
    options = parser.parse_args()
    torch.set_num_threads(1)
    slices = dataset.load(options.data, options.out, "train", options.patients)
    print(
        f"{len(slices.patient)} slices, {int((slices.pixels >= dataset.LEAST_PIXELS).sum())} with infarct", flush=True
    )
    train(slices, options.seed, options.out / f"{options.name}.pt")


if __name__ == "__main__":
    main()
