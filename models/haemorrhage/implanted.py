"""Training slices cut from patients into whom a bleed was implanted, and slices of everyone cut anew; cached on disk."""
import argparse
import pathlib
from dataclasses import dataclass
from typing import Dict, List, Optional

import numpy as np

import dataset
import lesions
import preprocess
from anatomy import Head, head_of
from resample import Cut, recut, slabs

PER_PATIENT = 60  # implants drawn into each clean patient
SHARES = {"deep": 0.7, "lobar": 1.0, "cerebellar": 1.3, "pontine": 1.2, "ventricular": 2.0, "subarachnoid": 4.0}
SMALL_ML, SMALL = 5.0, 0.7  # that share of them is smaller than that
SLICES_EACH = 3
LEAST_PIXELS = 8.0  # blood in a slice that is to be called bleeding
ANEW = 6  # other cuts of every patient
SURE = 0.9  # share of the label that a slice between two others must have
TRAINING_SEED = 11


@dataclass
class Bank:
    """Stacks ready to be augmented."""

    hu: np.ndarray  # int16 [n, 3, size, size]
    blood: np.ndarray  # uint8 [n, size, size], 255 is all blood; the teacher's opinion for real blood
    patient: np.ndarray
    bleeds: np.ndarray  # bool
    drawn: np.ndarray  # bool, implanted


def other_cut(random: np.random.Generator) -> Cut:
    """What another scanner might have cut; the thin ones are averaged, as the manifest says."""
    spacing = float(random.choice([0.6, 1.25, 2.5, 3.0, 4.0, 4.8, 5.0, 5.0, 6.0, 6.5]))
    return Cut(spacing, float(random.uniform(-18, 18)), float(random.uniform(0, max(spacing, dataset.SLICE_MM))))


def stack_of(images: np.ndarray, z: np.ndarray, k: int) -> np.ndarray:
    return np.rint(preprocess.stack(images, z, k)).astype(np.int16)


def clean_heads(slices: dataset.Slices) -> Dict[int, Head]:
    clean = [int(p) for p in np.unique(slices.patient) if not slices.bleeds[slices.patient == p].any()]
    return {p: head_of(slices, p) for p in clean}


def add(rows: Dict[str, list], hu: np.ndarray, blood: np.ndarray, patient: int, bleeds: bool, drawn: bool) -> None:
    for name, value in zip(rows, (hu, np.rint(blood * 255).astype(np.uint8), patient, bleeds, drawn)):
        rows[name].append(value)


def implants(random: np.random.Generator, head: Head, patient: int, rows: Dict[str, list]) -> None:
    names, weight = list(SHARES), np.array(list(SHARES.values()))
    for _ in range(PER_PATIENT):
        kind = str(random.choice(names, p=weight / weight.sum()))
        small = random.random() < SMALL
        ml = lesions.drawn_volume(random, kind, high=SMALL_ML if small else max(lesions.LARGEST_ML.values()))
        result = lesions.implant(random, head, kind, ml)
        if result is None:
            continue
        images, blood, z = result.hu, result.blood, head.z
        if random.random() < 0.5:
            cut = other_cut(random)
            blood = slabs(*recut(blood, head.z, cut, 0.0))[0]
            images, z = slabs(*recut(images, head.z, cut))
        amount = blood.sum((1, 2))
        shown = np.nonzero(amount >= LEAST_PIXELS)[0]
        if shown.size == 0:
            continue
        # the faint ends of a bleed as often as its middle
        for k in random.choice(shown, min(SLICES_EACH, shown.size), replace=False):
            share = preprocess.crop(blood[k], preprocess.crop_origin(images[k]), 0.0)
            add(rows, stack_of(images, z, k), share, patient, True, True)


def anew(random: np.random.Generator, slices: dataset.Slices, patient: int, rows: Dict[str, list]) -> None:
    chosen = np.nonzero(slices.patient == patient)[0]
    z, shape = slices.number[chosen] * dataset.SLICE_MM, slices.hu.shape[1:]
    label = np.broadcast_to(slices.bleeds[chosen][:, None, None], (len(chosen), *shape)).astype(np.float32)
    for _ in range(ANEW):
        cut = other_cut(random)
        images, new = slabs(*recut(slices.hu[chosen], z, cut))
        teacher = slabs(*recut(slices.teacher[chosen], z, cut, 0.0))[0] / 255
        # rows of the head only: what the tilt cuts from other slices must carry the same label
        middle = slabs(*recut(label, z, cut, 0.0))[0][:, 30:-30].mean((1, 2))
        for k in range(len(new)):
            if (images[k] > preprocess.HEAD_ABOVE_HU).sum() < 1500 or 1 - SURE < middle[k] < SURE:
                continue
            if middle[k] <= 1 - SURE and random.random() < 0.5:
                continue
            origin = preprocess.crop_origin(images[k])
            bleeds = bool(middle[k] >= SURE)
            share = preprocess.crop(teacher[k], origin, 0.0) * bleeds
            add(rows, stack_of(images, new, k), share, patient, bleeds, False)


def build(slices: dataset.Slices, seed: int = TRAINING_SEED) -> Bank:
    rows: Dict[str, list] = {name: [] for name in Bank.__dataclass_fields__}
    heads = clean_heads(slices)
    for patient in map(int, np.unique(slices.patient)):
        random = np.random.default_rng((seed, patient))
        anew(random, slices, patient, rows)
        if patient in heads:
            implants(random, heads[patient], patient, rows)
    return Bank(**{name: np.array(values) for name, values in rows.items()})


def load(slices: dataset.Slices, cache: pathlib.Path) -> Bank:
    """The cached bank, built on first use (two minutes); stacks stay on disk until used."""
    if not (cache / "hu.npy").exists():
        cache.mkdir(parents=True, exist_ok=True)
        # hu last: its presence says that the others are whole
        for name, values in reversed(list(vars(build(slices)).items())):
            np.save(cache / f"{name}.npy", values)
    modes: Dict[str, Optional[str]] = {"hu": "r", "blood": "r"}
    return Bank(**{name: np.load(cache / f"{name}.npy", modes.get(name)) for name in Bank.__dataclass_fields__})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Build the bank of implanted and newly cut slices.")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    options = parser.parse_args()
    bank = load(dataset.load(options.data, options.out / "slices.npz"), options.out / "bank")
    found: List[int] = [int(bank.drawn.sum()), int((bank.bleeds & ~bank.drawn).sum()), int((~bank.bleeds).sum())]
    print("slices implanted, bleeding cut anew, clean cut anew:", found)
