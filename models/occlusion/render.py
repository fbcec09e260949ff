"""Render the phantoms of the parts of the split into build/phantoms, chunk by chunk; safe to stop and run again."""
import argparse
import pathlib
import time
import warnings
import zlib
from typing import Dict, List

import numpy as np
import torch

import families
from occlude import SEGMENTS
from phantom import Maker

NONE = -1
# phantoms of one chunk: segment -> count. Validation, quiet and test: one chunk a subject.
CHUNKS = {
    "train": {NONE: 12, 0: 5, 1: 7, 2: 6},
    "validation": {NONE: 10, 0: 4, 1: 5, 2: 5},
    "more": {NONE: 25, 0: 16, 1: 20, 2: 8},  # of the validation subjects again: eight trees tell little
    "quiet": {NONE: 15},  # of the same, for the threshold
    "test": {NONE: 20, 0: 8, 1: 10, 2: 10},
}
COUNTS = {"train": 100, "family": 64, "validation": 8, "more": 8, "quiet": 8, "test": 12}
FAMILIES = 8  # of one chunk


def seed_of(part: str, chunk: int) -> int:
    return zlib.crc32(f"{part} {chunk}".encode())


def chunk_of(maker: Maker, part: str, chunk: int) -> Dict[str, np.ndarray]:
    random = np.random.default_rng(seed_of(part, chunk))
    rows: List[dict] = []
    if part == "family":
        for _ in range(FAMILIES):
            rows += families.family(maker, random)
        return {key: np.array([row[key] for row in rows]) for key in rows[0]}
    for segment, count in CHUNKS[part].items():
        for _ in range(count):
            own = part != "train"
            name = maker.names[chunk] if own else str(random.choice(maker.names))
            p = maker.phantom(random, name, segment, mix=not own)
            closed = p.occlusion
            rows.append(
                {
                    "slabs": p.slabs,
                    "subject": name,
                    "side": NONE if closed is None else closed.side,
                    "segment": NONE if closed is None else closed.segment,
                    "filling": np.nan if closed is None else closed.filling,
                    "site": p.site,
                    "contrast": p.contrast,
                    "arterial": p.arterial_hu,
                    "resemblances": ", ".join(sorted(set(p.resemblances))),
                }
            )
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def render(data: pathlib.Path, out: pathlib.Path, part: str, chunks: int) -> None:
    maker, begun = Maker(data, {"family": "train", "more": "validation", "quiet": "validation"}.get(part, part)), time.time()
    for chunk in range(chunks):
        path = out / f"{part}-{chunk:03d}.npz"
        if path.exists():
            continue
        rows = chunk_of(maker, part, chunk)
        with open(path.with_suffix(".part"), "wb") as file:
            np.savez(file, **rows)
        path.with_suffix(".part").replace(path)
        counts = {name: int((rows["segment"] == k).sum()) for k, name in enumerate(SEGMENTS)}
        print(f"{part} {chunk + 1}/{chunks} {counts} {time.time() - begun:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--only", nargs="*", default=list(COUNTS))
    options = parser.parse_args()
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", message="scatter_reduce")
    folder = options.out / "phantoms"
    folder.mkdir(parents=True, exist_ok=True)
    for part in options.only:
        render(options.data, folder, part, COUNTS[part])


if __name__ == "__main__":
    main()
