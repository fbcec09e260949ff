"""Phantoms of the second renderer (`vigie phantom`) -> the network's inputs, one file a study; the DICOM is not kept.

Seeds of the part that helps to set the threshold and of the part that is tested differ; safe to stop and run again.
"""
import argparse
import os
import pathlib
import subprocess
import tempfile

import numpy as np

import preprocess
import second

SEEDS = {
    "validation": {"cta": range(301, 317), "cta-occlusion": range(401, 417)},
    "test": {"cta": range(101, 117), "cta-occlusion": range(201, 233)},
}
SLICES = 200


def draw(program: str, kind: str, seed: int, out: pathlib.Path) -> None:
    """One study's input and truth into `out`; a refusal is kept as its reason."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name) / "study"
        asked = [program, "phantom", "--kind", kind, "--slices", str(SLICES), "--seed", str(seed), "--out", str(folder)]
        subprocess.run(asked, check=True, stdout=subprocess.DEVNULL)
        closed = second.truth(folder / "truth.json")
        try:
            closed["slabs"], closed["refused"] = second.read_study(folder).astype(np.int16), ""
        except preprocess.NotAnalysable as reason:
            closed["slabs"], closed["refused"] = np.zeros(0, np.int16), str(reason)
    with open(out.with_suffix(".part"), "wb") as file:
        np.savez_compressed(file, **closed)
    out.with_suffix(".part").replace(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=sorted(SEEDS))
    parser.add_argument("--program", default=os.environ.get("VIGIE", "vigie"))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/second"))
    parser.add_argument("--kinds", nargs="*", default=["cta", "cta-occlusion"])
    options = parser.parse_args()
    folder = options.out / options.part
    folder.mkdir(parents=True, exist_ok=True)
    for kind in options.kinds:
        for seed in SEEDS[options.part][kind]:
            path = folder / f"{kind}-{seed}.npz"
            if not path.exists():
                draw(options.program, kind, seed, path)
                print(path.stem, flush=True)


if __name__ == "__main__":
    main()
