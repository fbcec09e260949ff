"""Drawn patients as arrays, painted once and kept in shards; each split has outlines and seeds of its own."""
import argparse
import pathlib
import time
from dataclasses import dataclass
from typing import Dict, List

import numpy as np
import torch

import anatomy
import preprocess
import synth

SHARD = 40  # patients a file
FIRST_SEED = {"train": 4_000_000, "validation": 5_000_000, "test": 6_000_000}  # version 0.1.0 used 1 to 3 million
LESIONED = {"train": 0.7, "validation": 0.5, "test": 0.5}
# series without ADC are calibrated apart: the second half of the validation patients has more of them than life
BARE_FROM, BARE = 120, 0.6
LEAST_PIXELS = 4  # 16 mm2: a slice with so much infarct is positive; with less it says nothing either way


@dataclass
class Slices:
    """All slices of all patients, one row each, ordered by patient then position."""

    dwi: np.ndarray  # float16 [n, SIZE, SIZE]
    adc: np.ndarray  # float16, -1 throughout a series without
    fresh: np.ndarray  # uint8, 255 is wholly infarct
    territory: np.ndarray  # uint8, 0..8
    position: np.ndarray  # mm
    patient: np.ndarray
    slice_mm: np.ndarray  # distance of the patient's slices

    @property
    def pixels(self) -> np.ndarray:
        return (self.fresh > 127).sum((1, 2))


def lesioned(split: str, number: int) -> bool:
    """Evenly spread over the numbers, the same at every run."""
    share = LESIONED[split]
    return int((number + 1) * share) > int(number * share)


def adc_lost(split: str, number: int) -> float:
    """The chance that a patient's series has no ADC map."""
    return BARE if split == "validation" and number >= BARE_FROM else synth.ADC_LOST


def paint(painter: synth.Painter, split: str, numbers: range) -> Slices:
    rows: dict = {name: [] for name in Slices.__dataclass_fields__}
    for number in numbers:
        case, _ = synth.drawn(painter, FIRST_SEED[split] + number, lesioned(split, number), adc_lost(split, number))
        count = len(case.fresh)
        values = (
            np.clip(case.prepared.dwi, 0, 60000).astype(np.float16),
            case.prepared.adc.astype(np.float16),
            np.rint(case.fresh * 255).astype(np.uint8),
            case.territory,
            case.prepared.positions,
            np.full(count, number),
            np.full(count, case.slice_mm),
        )
        for name, value in zip(rows, values):
            rows[name].append(value)
    return Slices(**{name: np.concatenate(values) for name, values in rows.items()})


def joined(parts: List[Slices]) -> Slices:
    return Slices(**{n: np.concatenate([getattr(p, n) for p in parts]) for n in Slices.__dataclass_fields__})


def load(data: pathlib.Path, out: pathlib.Path, split: str, patients: int) -> Slices:
    """The first `patients` of a split; shards that aren't there yet are painted (a few seconds a patient)."""
    painter, parts, begun = None, [], time.time()
    for first in range(0, patients, SHARD):
        numbers = range(first, min(first + SHARD, patients))
        path = out / "drawn" / f"{split}-{first:05d}-{len(numbers)}.npz"
        if not path.exists():
            painter = painter or synth.Painter(anatomy.load(data, out / "anatomy.npz"), split)
            path.parent.mkdir(parents=True, exist_ok=True)
            made = path.with_suffix(".part.npz")
            np.savez(made, **vars(paint(painter, split, numbers)))
            made.replace(path)
            print(f"{split}: {numbers.stop}/{patients} patients drawn, {time.time() - begun:.0f} s", flush=True)
        parts.append(read(path))
    return joined(parts)


def read(path: pathlib.Path) -> Slices:
    with np.load(path) as arrays:
        return Slices(**{name: arrays[name] for name in arrays.files})


def painted(out: pathlib.Path, split: str) -> int:
    """Patients of a split that have been drawn."""
    return sum(int(path.stem.split("-")[2]) for path in (out / "drawn").glob(f"{split}-*.npz"))


def counted(out: pathlib.Path) -> Dict[str, int]:
    """Outlines of infarcts a split draws from."""
    with np.load(out / "anatomy.npz") as arrays:
        return {name: len(arrays[f"{name}_ends"]) for name, _ in anatomy.SPLIT}


def rows_of(slices: Slices, patient: int) -> np.ndarray:
    return np.nonzero(slices.patient == patient)[0]


def neighbours(slices: Slices) -> np.ndarray:
    """Rows [n, 3] of the slice below, the slice itself and the slice above."""
    found = []
    for patient in np.unique(slices.patient):
        rows = rows_of(slices, patient)
        z = slices.position[rows]
        found += [
            (rows[preprocess.neighbour(z, i, -1)], rows[i], rows[preprocess.neighbour(z, i, +1)])
            for i in range(len(rows))
        ]
    return np.array(found)


def stacked(slices: Slices, chosen: np.ndarray) -> np.ndarray:
    """Network input float32 [n, 6, SIZE, SIZE] of rows [n, 3]."""
    return np.concatenate([slices.dwi[chosen], slices.adc[chosen]], 1).astype(np.float32)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Paint the patients of one split.")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--split", choices=list(FIRST_SEED), required=True)
    parser.add_argument("--patients", type=int, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    loaded = load(options.data, options.out, options.split, options.patients)
    print(f"{len(loaded.patient)} slices, {int((loaded.pixels >= LEAST_PIXELS).sum())} with infarct")
