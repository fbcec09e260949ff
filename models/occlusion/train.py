"""Train the network on the training phantoms; safe to stop and run again."""
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
from dataset import Batch, Sampler
from figures import auc
from network import OcclusionNet

# steps and highest rate of each cycle
CYCLES = ((1100, 4e-3),)
STEPS, WEIGHT_DECAY, WARM_UP = sum(steps for steps, _ in CYCLES), 0.03, 0.06
SMOOTHING, MAP_WEIGHT, PEAK_WEIGHT, DEPTH_WEIGHT = 0.02, 1.0, 60.0, 0.03
AVERAGE, SAVE_EVERY, JUDGE_EVERY = 0.99, 50, 100


def loss_of(model: OcclusionNet, batch: Batch) -> Tensor:
    verdict, evidence, depth = model.judge(batch.slabs[:, 0], batch.slabs[:, 1])
    target = batch.truth * (1 - 2 * SMOOTHING) + SMOOTHING
    said = F.binary_cross_entropy_with_logits(verdict, target, reduction="none") * batch.weight
    pixel = F.binary_cross_entropy_with_logits(evidence, batch.evidence, reduction="none")
    pixel = pixel * (1 + PEAK_WEIGHT * batch.evidence) * batch.weight[..., None, None]
    near = batch.evidence * (batch.evidence > 0.3)
    apart = (depth - batch.depth.nan_to_num()[:, None, None, None, None]).abs().clamp(max=40) * near
    found = apart.sum() / near.sum().clamp(min=1)
    return said.mean() * 3 + MAP_WEIGHT * pixel.mean() * 6 + DEPTH_WEIGHT * found


def rate(step: int) -> float:
    """Warm-up and cosine in each cycle."""
    for steps, peak in CYCLES:
        if step < steps:
            break
        step -= steps
    warm = WARM_UP * steps
    return peak * (step / warm if step < warm else 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm))))


def follow(average: nn.Module, model: nn.Module, step: int) -> None:
    keep = min(AVERAGE, (1 + step) / (10 + step))
    for slow, fast in zip(average.state_dict().values(), model.state_dict().values()):
        if slow.dtype.is_floating_point:
            slow.mul_(keep).add_(fast, alpha=1 - keep)
        else:
            slow.copy_(fast)


def predict(model: OcclusionNet, studies: dataset.Studies) -> tuple:
    """Logits [n, 6] and sites [n, 6, 3]: right ICA-T, M1, M2, left ICA-T, M1, M2."""
    logits, sites = [], []
    model.eval()
    with torch.no_grad():
        for rows in np.array_split(np.arange(len(studies.side)), math.ceil(len(studies.side) / 16)):
            slabs = dataset.middle(studies, rows)
            verdict, evidence, depth = model.judge(slabs[:, 0], slabs[:, 1])
            logits.append(verdict.flatten(1).numpy())
            sites.append(model.site(evidence, depth).flatten(1, 2).numpy())
    return np.concatenate(logits).astype(np.float64), np.concatenate(sites)


def judged(model: OcclusionNet, studies: dataset.Studies) -> str:
    """Areas under the curve of each segment's own studies against those without an occlusion."""
    logits, _ = predict(model, studies)
    top, none = logits.max(1), studies.segment < 0
    words = []
    for k, name in enumerate(("ICA-T", "M1", "M2")):
        rows = none | (studies.segment == k)
        words.append(f"{name} {auc(top[rows], (studies.segment == k)[rows]):.3f}")
    positive = ~none
    named = (logits.argmax(1) == studies.side * 3 + studies.segment)[positive].mean()
    return " ".join(words) + f" named {named:.2f}"


def train(out: pathlib.Path, seed: int) -> None:
    path, begun = out / "shipped.pt", time.time()
    torch.manual_seed(seed)
    studies, validation = (dataset.load(out / "phantoms", part) for part in ("train", "validation"))
    print(f"{len(studies.side)} training phantoms, {len(validation.side)} for validation", flush=True)
    model, sampler = OcclusionNet().to(memory_format=torch.channels_last), Sampler(studies, seed)
    average = copy.deepcopy(model)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=WEIGHT_DECAY)
    first = 0
    recent: List[float] = []
    if path.exists():
        state = torch.load(path)
        for part, key in ((model, "model"), (average, "average"), (optimiser, "optimiser")):
            part.load_state_dict(state[key])
        sampler.random.bit_generator.state, first = state["random"], state["step"]
        torch.set_rng_state(state["torch_random"])
    for step in range(first, STEPS):
        model.train()
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
                "torch_random": torch.get_rng_state(),
                "step": step + 1,
            }
            torch.save(state, path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
            said = judged(average, validation) if (step + 1) % JUDGE_EVERY == 0 else ""
            print(f"step {step + 1}/{STEPS} loss {np.mean(recent):.4f} {said} {time.time() - begun:.0f} s", flush=True)
            recent.clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    train(options.out, options.seed)


if __name__ == "__main__":
    main()
