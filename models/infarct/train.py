"""Train the network on drawn patients only; safe to stop and run again."""
import argparse
import copy
import math
import pathlib
import time
from typing import List

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import dataset
from batches import Batch, Sampler
from network import InfarctNet

PATIENTS, STEPS = 240, 800
PEAK_RATE, WEIGHT_DECAY, WARM_UP = 4e-3, 0.03, 0.08
SMOOTHING, PEAK_WEIGHT, TERRITORY_WEIGHT, INFARCT_WEIGHT = 0.02, 0.3, 0.2, 4.0
AVERAGE, SAVE_EVERY = 0.995, 100


def loss_of(model: nn.Module, batch: Batch) -> Tensor:
    logits, territory, verdict, peak = model(batch.dwi.contiguous(memory_format=torch.channels_last))
    pixel = F.binary_cross_entropy_with_logits(logits, batch.fresh, reduction="none")
    pixel = pixel * (1 + INFARCT_WEIGHT * batch.fresh)
    probability = logits.sigmoid()
    shared, total = (probability * batch.fresh).sum((1, 2, 3)), (probability + batch.fresh).sum((1, 2, 3))
    dice = (1 - (2 * shared + 3) / (total + 3)) * batch.infarct
    mapped = 8 * pixel.mean() + dice.mean()
    target = batch.infarct * (1 - 2 * SMOOTHING) + SMOOTHING
    said = (batch.sure * F.binary_cross_entropy_with_logits(verdict, target, reduction="none")).mean()
    peaked = (batch.sure * F.binary_cross_entropy_with_logits(peak, target, reduction="none")).mean()
    named = F.cross_entropy(territory, batch.territory[:, ::2, ::2])
    return mapped + said + PEAK_WEIGHT * peaked + TERRITORY_WEIGHT * named


def rate(step: int, steps: int) -> float:
    warm = WARM_UP * steps
    return PEAK_RATE * (step / warm if step < warm else 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm))))


def follow(average: nn.Module, model: nn.Module, step: int) -> None:
    keep = min(AVERAGE, (1 + step) / (10 + step))
    for slow, fast in zip(average.state_dict().values(), model.state_dict().values()):
        if slow.dtype.is_floating_point:
            slow.mul_(keep).add_(fast, alpha=1 - keep)
        else:
            slow.copy_(fast)


def train(slices: dataset.Slices, steps: int, seed: int, path: pathlib.Path) -> None:
    begun = time.time()
    torch.manual_seed(seed)
    model, sampler = InfarctNet().to(memory_format=torch.channels_last), Sampler(slices, seed)
    average = copy.deepcopy(model)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=WEIGHT_DECAY)
    first = 0
    recent: List[float] = []
    if path.exists():
        state = torch.load(path)
        for part, key in ((model, "model"), (average, "average"), (optimiser, "optimiser")):
            part.load_state_dict(state[key])
        sampler.random.bit_generator.state, first = state["random"], state["step"]
    for step in range(first, steps):
        for group in optimiser.param_groups:
            group["lr"] = rate(step, steps)
        loss = loss_of(model, sampler.batch())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        with torch.no_grad():
            follow(average, model, step)
        recent.append(float(loss))
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == steps:
            state = {
                "model": model.state_dict(),
                "average": average.state_dict(),
                "optimiser": optimiser.state_dict(),
                "random": sampler.random.bit_generator.state,
                "step": step + 1,
            }
            torch.save(state, path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
            print(f"step {step + 1}/{steps} loss {np.mean(recent):.4f} {time.time() - begun:.0f} s", flush=True)
            recent.clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--name", default="shipped")
    options = parser.parse_args()
    torch.set_num_threads(1)
    slices = dataset.load(options.data, options.out, "train", options.patients)
    print(
        f"{len(slices.patient)} slices, {int((slices.pixels >= dataset.LEAST_PIXELS).sum())} with infarct", flush=True
    )
    train(slices, options.steps, options.seed, options.out / f"{options.name}.pt")


if __name__ == "__main__":
    main()
