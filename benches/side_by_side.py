#!/usr/bin/env python3
"""Prints what `make bench` promises, ours beside the peer, in one run.

usage: side_by_side.py --vigie BINARY [--rounds N] [--instances N] [--skip-browser]
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import peers
import series

REPO = pathlib.Path(__file__).resolve().parent.parent
BLEEDING = REPO / "demo/studies/saignement"
DCMSEND, STORESCU = "/usr/bin/dcmsend", "/usr/bin/storescu"
CALLING = "VALMONT_CT"


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def row(what: str, ours: str, theirs: str = "", goal: str = "") -> None:
    print(f"{what:<58} {ours:>22} {theirs:>22} {goal:>26}", flush=True)


def send(port: int, aet: str, folders: list[pathlib.Path]) -> float:
    """Sends each folder over its own association at once; seconds until the last has ended."""
    start = time.monotonic()
    jobs = [
        subprocess.Popen(
            [DCMSEND, "-aet", CALLING, "-aec", aet, "--scan-directories", "127.0.0.1", str(port), str(folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for folder in folders
    ]
    codes = [job.wait() for job in jobs]
    if any(codes):
        raise SystemExit(f"bench: dcmsend to {aet} failed with {codes}")
    return time.monotonic() - start


def stored_per_second(server, work: pathlib.Path, associations: int, instances: int, tag: str) -> float:
    folders = [work / f"{tag}-{server.aet}-{k}" for k in range(associations)]
    for k, folder in enumerate(folders):
        series.copies(BLEEDING, folder, f"{tag}{server.aet[:4]}{k}", instances)
    return associations * instances / send(server.dicom_port, server.aet, folders)


def last_slice_to_flag(vigie: peers.Vigie, work: pathlib.Path, rounds: int, at_once: int) -> tuple[list[float], float]:
    """Seconds from the end of the sender's association to the final flag in the worklist, one figure a study; and
    studies a minute, from the first byte sent to the last flag.

    The list is read as the page reads it: when the server's event stream says that something changed.
    """
    taken: list[float] = []
    busy = 0.0
    news = vigie.follow()
    for n in range(rounds):
        made = [series.copies(BLEEDING, work / f"flag-{at_once}-{n}-{k}", f"F{at_once}N{n}K{k}") for k in range(at_once)]
        begun = time.monotonic()
        jobs = {
            m["patient"]: subprocess.Popen(
                [STORESCU, "-aet", CALLING, "-aec", vigie.aet, "127.0.0.1", str(vigie.dicom_port), *map(str, m["files"])]
            )
            for m in made
        }
        ended: dict[str, float] = {}
        flagged: dict[str, float] = {}
        items: list[dict] = []
        deadline = time.monotonic() + 300
        while len(flagged) < at_once and time.monotonic() < deadline:
            for patient, job in jobs.items():
                if patient not in ended and job.poll() is not None:
                    ended[patient] = time.monotonic()
            if news.wait(0.002):
                news.clear()
                items = vigie.worklist()
            for item in items:
                patient = item["patient"]["id"]
                final = any(f["status"] == "analysed" and not f["provisional"] and f["flag"] for f in item["flags"])
                if patient in ended and final:
                    flagged.setdefault(patient, time.monotonic())
        if len(flagged) < at_once:
            raise SystemExit("bench: a study was not flagged within 300 s")
        taken += [max(0.0, flagged[p] - ended[p]) for p in jobs]
        busy += max(flagged.values()) - begun
    return taken, 60 * rounds * at_once / busy


def per_slice_ms(vigie: str, folder: pathlib.Path) -> dict:
    """Medians a slice over the series of `vigie triage --json`."""
    line = subprocess.run([vigie, "triage", str(folder), "--json"], capture_output=True, text=True, check=True, cwd=REPO)
    one = json.loads(line.stdout.splitlines()[0])["series"][0]
    return {k: v / one["instances"] for k, v in one["timing_ms"].items()}


def whole_process(command: list[str]) -> tuple[float, float]:
    """Seconds from start to end, and the most memory held, MB."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=REPO)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"bench: {' '.join(command)} ended with {status}")
    return time.monotonic() - start, usage.ru_maxrss / 1000


def teacher(folder: pathlib.Path, work: pathlib.Path) -> tuple[float, float] | None:
    """The published network on the same files; none, in words, where there is no PyTorch to export it with."""
    script, model = REPO / "benches" / "teacher.py", work / "teacher.onnx"
    exported = subprocess.run(["/usr/bin/python3", script, "export", model], capture_output=True, text=True)
    if exported.returncode:
        print("the teacher is not measured here: no python3-torch (Debian) to export it with", file=sys.stderr)
        return None
    return whole_process([sys.executable, str(script), "run", str(model), str(folder)])


def triage(vigie: str, work: pathlib.Path) -> None:
    made = series.copies(BLEEDING, work / "triage", "TRIAGE")
    folder = work / "triage"
    runs = [whole_process([vigie, "triage", str(folder), "--json"]) for _ in range(5)]
    seconds, most = statistics.median(run[0] for run in runs), max(run[1] for run in runs)
    peer = teacher(folder, work)
    theirs = f"teacher {peer[0]:.0f} s, {peer[1]:.0f} MB" if peer else ""
    row(f"vigie triage, {len(made['files'])} slices, whole process",
        f"{seconds * 1e3:.0f} ms, {most:.0f} MB", theirs, "≤ 1,500 ms, ≤ 500 MB")
    if peer:
        row("times faster than the teacher", f"{peer[0] / seconds:.0f} ×", "", "≥ 30 ×")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--vigie", required=True)
    ask.add_argument("--rounds", type=int, default=20)
    ask.add_argument("--instances", type=int, default=177)
    ask.add_argument("--skip-browser", action="store_true")
    args = ask.parse_args()

    with tempfile.TemporaryDirectory(prefix="vigie-bench-work-") as name:
        work = pathlib.Path(name)
        row("", "Vigie", "Orthanc 1.10", "goal")
        with peers.Vigie(args.vigie, str(BLEEDING)) as ours:
            peers.wait_for(lambda: any(f["flag"] for i in ours.worklist() for f in i["flags"]), "the first flag")
            row("resident, model loaded, one study analysed", f"{peers.resident_mb(ours.process.pid):.0f} MB", "", "≤ 300 MB")
            one, _ = last_slice_to_flag(ours, work, args.rounds, 1)
            row(f"last slice → flag, alone, p50 / p99 (n = {len(one)})",
                f"{statistics.median(one) * 1e3:.0f} / {percentile(one, 0.99) * 1e3:.0f} ms", "", "≤ 1,000 ms")
            eight, a_minute = last_slice_to_flag(ours, work, 3, 8)
            row(f"last slice → flag, eight at once, p50 / p99 (n = {len(eight)})",
                f"{statistics.median(eight) * 1e3:.0f} / {percentile(eight, 0.99) * 1e3:.0f} ms", "", "≤ 300 / 1,000 ms")
            row("studies a minute, eight at once", f"{a_minute:.0f}")
            row("resident after it all", f"{peers.resident_mb(ours.process.pid):.0f} MB", "", "≤ 300 MB")
        triage(args.vigie, work)
        slice_ms = per_slice_ms(args.vigie, BLEEDING)
        row("a slice: decode / preprocess / infer",
            " / ".join(f"{slice_ms[k]:.1f}" for k in ("decode", "preprocess", "inference")) + " ms", "", "inference ≤ 40 ms, one core")
        for associations, goal in ((1, 5), (6, 3)):
            with peers.Vigie(args.vigie, str(BLEEDING)) as ours, peers.Orthanc() as theirs:
                mine = stored_per_second(ours, work, associations, args.instances, f"S{associations}")
                other = stored_per_second(theirs, work, associations, args.instances, f"S{associations}")
            row(f"instances stored a second, synced, {associations} association{'s' * (associations > 1)}",
                f"{mine:.1f}", f"{other:.1f}", f"≥ {goal} × (here {mine / other:.1f} ×)")
        if not args.skip_browser:
            with peers.Vigie(args.vigie, str(BLEEDING)) as ours:
                peers.wait_for(lambda: any(f["flag"] for i in ours.worklist() for f in i["flags"]), "the first flag")
                shown = subprocess.run(
                    ["npm", "--prefix", str(REPO / "web"), "run", "--silent", "first-image", "--", str(ours.dir / "demo.json")],
                    capture_output=True, text=True, check=True,
                )
                figures = json.loads(shown.stdout.splitlines()[-1])
                row("reading page: first image / all images on screen",
                    f"{figures['first_ms']:.0f} / {figures['all_ms']:.0f} ms")


if __name__ == "__main__":
    main()
