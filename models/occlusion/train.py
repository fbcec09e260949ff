"""Train the network on the training phantoms; safe to stop and run again."""
import argparse
import copy
import math
import pathlib
import time
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import dataset
from dataset import Batch, Sampler
from figures import auc
from network import CLOSE, COARSE, DEPTH, DEPTH_UNIT, SEGMENTS, Grid, OcclusionNet, sided

WEIGHT_DECAY, WARM_UP = 0.03, 0.06
SMOOTHING, MAP_WEIGHT, PEAK_WEIGHT, DEPTH_WEIGHT = 0.02, 6.0, 60.0, 0.03
AVERAGE, SAVE_EVERY, JUDGE_EVERY = 0.99, 50, 200


class Stage(NamedTuple):
    steps: int
    peak: float  # rate
    phantoms: int  # chunks of them
    families: int


# the context first, then the close look; apart
PLAN = {
    "context": Stage(2500, 4e-3, 100, 0),
    "close": Stage(3200, 4e-3, 60, 64),
}
GRIDS = {"context": COARSE, "close": CLOSE}
# few of the close look's cells lie near a clot
DEPTH_REACH_MM, CLOSE_MAP_WEIGHT, CLOSE_PEAK_WEIGHT = 4.0, 40.0, 200.0


def verdict_loss(verdict: Tensor, batch: Batch) -> Tensor:
    target = batch.truth * (1 - 2 * SMOOTHING) + SMOOTHING
    return (F.binary_cross_entropy_with_logits(sided(verdict), target, reduction="none") * batch.weight).mean() * 3


def map_loss(evidence: Tensor, wanted: Tensor, weight: Tensor, peak: float) -> Tensor:
    pixel = F.binary_cross_entropy_with_logits(evidence, wanted, reduction="none") * (1 + peak * wanted)
    return (pixel * weight.reshape(*weight.shape, *[1] * (pixel.dim() - weight.dim()))).mean()


def context_loss(verdict: Tensor, maps: Tensor, batch: Batch) -> Tensor:
    evidence, depth = sided(maps[:, :SEGMENTS]), DEPTH + DEPTH_UNIT * sided(maps[:, SEGMENTS:])
    near = batch.evidence * (batch.evidence > 0.3)
    apart = (depth - batch.depth.nan_to_num()[:, None, None, None, None]).abs().clamp(max=40) * near
    found = apart.sum() / near.sum().clamp(min=1)
    shown = map_loss(evidence, batch.evidence, batch.weight, PEAK_WEIGHT)
    return verdict_loss(verdict, batch) + MAP_WEIGHT * shown + DEPTH_WEIGHT * found


def close_loss(verdict: Tensor, evidence: Tensor, batch: Batch) -> Tensor:
    far = (torch.from_numpy(CLOSE.depths()).float() - batch.depth.nan_to_num()[:, None]) / DEPTH_REACH_MM
    wanted = batch.evidence[:, :, :, None] * torch.exp(-0.5 * far**2)[:, None, None, :, None, None]
    shown = map_loss(sided(evidence), wanted, batch.weight, CLOSE_PEAK_WEIGHT)
    return verdict_loss(verdict, batch) + CLOSE_MAP_WEIGHT * shown


LOSSES = {"context": context_loss, "close": close_loss}


def rate(stage: Stage, step: int) -> float:
    """Warm-up and cosine."""
    warm = WARM_UP * stage.steps
    down = 0.5 * (1 + math.cos(math.pi * (step - warm) / (stage.steps - warm)))
    return stage.peak * (step / warm if step < warm else down)


def follow(average: nn.Module, model: nn.Module, step: int) -> None:
    keep = min(AVERAGE, (1 + step) / (10 + step))
    for slow, fast in zip(average.state_dict().values(), model.state_dict().values()):
        if slow.dtype.is_floating_point:
            slow.mul_(keep).add_(fast, alpha=1 - keep)
        else:
            slow.copy_(fast)


def areas(logits: np.ndarray, studies: dataset.Studies) -> str:
    """Areas under the curve of each segment's own studies against those without an occlusion."""
    top, none = logits.max(1), studies.segment < 0
    words = []
    for k, name in enumerate(("ICA-T", "M1", "M2")):
        rows = none | (studies.segment == k)
        words.append(f"{name} {auc(top[rows], (studies.segment == k)[rows]):.3f}")
    named = (logits.argmax(1) == studies.side * 3 + studies.segment)[~none].mean()
    return " ".join(words) + f" named {named:.2f}"


def judged(part: nn.Module, grid: Grid, studies: dataset.Studies) -> str:
    rows, columns = grid.window()
    logits = []
    part.eval()
    with torch.no_grad():
        for chosen in np.array_split(np.arange(len(studies.side)), math.ceil(len(studies.side) / 16)):
            slabs = dataset.middle(studies, chosen)[:, grid.top : grid.top + grid.slabs, rows, columns]
            logits.append(sided(part(slabs)[0]).flatten(1).numpy())
    return areas(np.concatenate(logits), studies)


def train(out: pathlib.Path, seed: int, stage: str) -> None:
    path, begun, plan, grid = out / f"{stage}.pt", time.time(), PLAN[stage], GRIDS[stage]
    torch.manual_seed(seed)
    model: nn.Module = getattr(OcclusionNet(), stage).to(memory_format=torch.channels_last)
    average, random = copy.deepcopy(model), np.random.default_rng(seed)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=WEIGHT_DECAY)
    first, total = 0, plan.steps
    if path.exists():
        state = torch.load(path)
        for part, key in ((model, "model"), (average, "average"), (optimiser, "optimiser")):
            part.load_state_dict(state[key])
        random.bit_generator.state, first = state["random"], state["step"]
        torch.set_rng_state(state["torch_random"])
    if first >= total:
        return
    folder, recent = out / "phantoms", []
    validation, studies = dataset.validation(folder), dataset.load(folder, "train", plan.phantoms)
    if plan.families:
        studies = dataset.together(studies, dataset.load(folder, "family", plan.families))
    print(f"{stage}: {len(studies.side)} phantoms to learn from, {len(validation.side)} to watch", flush=True)
    sampler = Sampler(studies, random, grid)
    for step in range(first, total):
        model.train()
        for group in optimiser.param_groups:
            group["lr"] = rate(plan, step)
        batch = sampler.batch()
        loss = LOSSES[stage](*model(batch.slabs), batch)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        with torch.no_grad():
            follow(average, model, step)
        recent.append(float(loss))
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == total:
            state = {
                "model": model.state_dict(),
                "average": average.state_dict(),
                "optimiser": optimiser.state_dict(),
                "random": random.bit_generator.state,
                "torch_random": torch.get_rng_state(),
                "step": step + 1,
            }
            torch.save(state, path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
            said = judged(average, grid, validation) if (step + 1) % JUDGE_EVERY == 0 else ""
            spent = f"{time.time() - begun:.0f} s, {time.process_time():.0f} of the processor"
            print(f"step {step + 1}/{total} loss {np.mean(recent):.4f} {said} {spent}", flush=True)
            recent.clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    for stage in PLAN:
        train(options.out, options.seed, stage)


if __name__ == "__main__":
    main()
