"""Rewrite the figures of CARD.md, between its markers, from evaluation.json."""
import json
import pathlib
from typing import List, Tuple

HERE = pathlib.Path(__file__).parent
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
Row = Tuple[str, ...]


def span(interval: list) -> str:
    return f"{interval[0]:.2f}–{interval[1]:.2f}" if interval else ""


def wilson(share: float, count: int, z: float = 1.96) -> list:
    """Of a share of 0 or 1 a bootstrap draws the same again and again, and its interval has no width."""
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5
    return [max(0.0, middle - half), min(1.0, middle + half)]


def cells(figure: dict) -> Row:
    """Value, interval, number of studies."""
    if figure["value"] is None:
        return "–", "", "0"
    degenerate = figure["value"] in (0.0, 1.0)
    interval = wilson(figure["value"], figure["studies"]) if degenerate else figure["ci95"]
    return f"{figure['value']:.2f}", span(interval), str(figure["studies"])


def lines(head: Row, rows: List[Row]) -> List[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]


def main_rows(found: dict) -> List[Row]:
    rows = [
        ("Specificity", *cells(found["specificity"])),
        ("Sensitivity, ICA-T and M1", *cells(found["sensitivity"])),
        ("AUC, ICA-T and M1", *cells(found["auc"])),
        ("AUC, all three", *cells(found["auc_all"])),
    ]
    for name, segment in found["segments"].items():
        rows.append((f"Sensitivity, {name}", *cells(segment["sensitivity"])))
    rows.append(("Right side named, of those flagged", *cells(found["side_named"])))
    rows.append(("Right side and segment named, of those flagged", *cells(found["segment_named"])))
    return rows


def by_filling(found: dict) -> List[Row]:
    shown = []
    for name, segment in found["segments"].items():
        row = [name]
        for figure in segment["by_filling"].values():
            value, _, count = cells(figure)
            row.append(f"{value} ({count})")
        shown.append(tuple(row))
    return shown


def table(report: dict) -> str:
    test, site, whole, shipped = report["test"], report["site"], report.get("chain"), report["shipped"]
    head = ("figure", "value", "95 % interval over subjects", "studies")
    out = [f"No patients: {report['method']}. Of a share of 0 or 1 the interval is Wilson's, over studies.", ""]
    out += lines(head, main_rows(test))
    out += ["", "Sensitivity by how well the tree beyond the clot fills (studies):", ""]
    fillings = tuple(next(iter(test["segments"].values()))["by_filling"])
    out += lines(("segment", *fillings), by_filling(test))
    out += ["", "Specificity among phantoms without an occlusion that show what resembles one:", ""]
    rows = [(kind, *cells(figure)) for kind, figure in report["resemblances"].items()]
    out += lines(("shows", "specificity", "95 % interval", "studies"), rows)
    out += [
        "",
        f"Place given by the true segment's output within 15 mm of the clot's near end in {site['within_15_mm']:.0%} of {site['studies']} flagged occlusions "
        f"(median {site['median_mm']} mm, 90th percentile {site['percentile_90_mm']} mm).",
    ]
    if whole:
        out += [
            "",
            f"{whole['studies']} test phantoms drawn as whole heads and cut into slices of 0.8 to 2 mm, through the whole "
            f"preprocessing: {whole['right']} judged rightly, {whole['positives_flagged']} of {whole['positives']} "
            f"occlusions flagged, {whole['refused']} refused.",
        ]
    if "second" in report:
        second = report["second"]
        out += [
            "",
            f"Phantoms of a second renderer, written independently and never trained on ({second['studies']} studies, "
            f"{len(second['refused'])} more refused as not analysable); interval over studies:",
            "",
            *lines(head[:2] + ("95 % interval", "studies"), main_rows(second)),
            "",
            *lines(("segment", *fillings), by_filling(second)),
        ]
    out += [
        "",
        f"{shipped['weights'] / 1e6:.2f} million weights, {shipped['bytes'] / 1e6:.1f} MB. Median time of the network on one "
        f"core: {shipped['milliseconds_per_study_one_core']:.0f} ms a study.",
    ]
    return "\n".join(out)


def main() -> None:
    report, path = json.loads((HERE / "evaluation.json").read_text()), HERE / "CARD.md"
    before, rest = path.read_text().split(BEGIN)
    _, after = rest.split(END)
    path.write_text(f"{before}{BEGIN}\n{table(report)}\n{END}{after}")


if __name__ == "__main__":
    main()
