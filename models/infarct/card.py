"""Rewrite the figures of CARD.md, between its markers, from evaluation.json."""
import json
import pathlib
from typing import List, Sequence

HERE = pathlib.Path(__file__).parent
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def span(interval: list) -> str:
    return f"{interval[0]:.2f}–{interval[1]:.2f}"


def rows(entries: Sequence[Sequence[str]]) -> List[str]:
    """A Markdown table, its first entry the heading."""
    head, *rest = entries
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rest)]


def main_table(report: dict) -> List[str]:
    study, each, mapped = report["study"], report["slice"], report["map"]
    ill, clean = f"{study['positives']} patients", f"{study['negatives']} patients"
    judged = f"{study['positives'] + study['negatives']} patients"
    return rows(
        [
            ("figure, on drawn patients", "value", "95 % interval", "measured on"),
            ("Study AUC", f"{study['auc']:.3f}", span(study["auc_ci95"]), judged),
            ("Study sensitivity at the threshold", f"{study['sensitivity']:.2f}", span(study["sensitivity_ci95"]), ill),
            (
                "Study specificity at the threshold",
                f"{study['specificity']:.2f}",
                span(study["specificity_ci95"]),
                clean,
            ),
            ("Calibration error of the study's probability", f"{study['calibration_error']:.3f}", "", judged),
            ("Slice AUC", f"{each['auc']:.3f}", span(each["auc_ci95"]), f"{each['slices']} slices"),
            (
                "Slice sensitivity",
                f"{each['sensitivity']:.2f}",
                span(each["sensitivity_ci95"]),
                f"{each['positive']} slices",
            ),
            ("Slice specificity", f"{each['specificity']:.2f}", "", f"{each['slices'] - each['positive']} slices"),
            ("Overlap (Dice), median (quartiles)", f"{mapped['dice']:.2f}", span(mapped["dice_quartiles"]), ill),
            (
                "Volume against the drawn, median ratio (quartiles)",
                f"{mapped['volume_ratio']:.2f}",
                span(mapped["volume_ratio_quartiles"]),
                ill,
            ),
            (
                "Territory and side right",
                f"{mapped['territory']:.2f}",
                span(mapped["territory_ci95"]),
                f"{mapped['named']} found",
            ),
            ("Side right", f"{mapped['side']:.2f}", span(mapped["side_ci95"]), f"{mapped['named']} found"),
        ]
    )


def share(entry: dict) -> List[str]:
    if not entry["patients"]:
        return ["", "", "0"]
    return [f"{entry['flagged']:.2f}", span(entry["ci95"]), str(entry["patients"])]


def volumes(study: dict) -> List[str]:
    heading = ["drawn infarct, mL", "flagged", "95 % interval", "patients"]
    return rows([heading] + [[name, *share(entry)] for name, entry in study["by_ml"].items()])


def subgroups(study: dict) -> List[str]:
    heading = [
        "drawn series",
        "1 mL or more: flagged",
        "95 % interval",
        "patients",
        "without: flagged",
        "95 % interval",
        "patients",
    ]
    return rows([heading] + [[n, *share(e["found"]), *share(e["false"])] for n, e in study["subgroups"].items()])


def reals(cases: dict) -> List[str]:
    table = [["real case", "what", "probability", "flagged", "mL (outlined)", "Dice", "territories"]]
    for name, case in cases.items():
        if "absent" in case:
            table.append([name, case["what"], "not measured", "", "", "", ""])
            continue
        outlined = f"{case['ml']:.1f}" + (f" ({case['outlined_ml']:.1f})" if "outlined_ml" in case else "")
        places = ", ".join(f"{place} {part:.2f}" for place, part in case["territories"])
        flagged = "yes" if case["flagged"] else "no"
        overlap = f"{case['dice']:.2f}" if "dice" in case else ""
        table.append([name, case["what"], f"{case['probability']:.2f}", flagged, outlined, overlap, places])
    return rows(table)


def halves(report: dict) -> List[str]:
    """Test patients on which earlier versions were measured, and those new to this one."""
    entries = [["test patients", "sensitivity from 1 mL", "specificity", "AUC", "patients"]]
    for name, r in report["halves"].items():
        found, clean = (f"{r[k]:.2f} ({span(r[k + '_ci95'])})" for k in ("sensitivity", "specificity"))
        entries.append([name, found, clean, f"{r['auc']:.3f}", f"{r['positives']} + {r['negatives']}"])
    return rows(entries)


def compared(report: dict) -> List[str]:
    """This version and earlier ones (earlier.json, by the same command) on the test drawings of either, each at its own
    threshold."""
    if "harder" not in report:
        return []
    own, harder = report["halves"]["looked at before"], report["harder"]
    measured = [
        *json.loads((HERE / "earlier.json").read_text()),
        {"drawings": "of this version", "version": "this", **own, "dice": own["map"]["dice"]},
        {"drawings": "of 0.1.0", "version": "this", **harder, "dice": harder["map"]["dice"]},
    ]
    entries = [["test drawings", "version", "sensitivity from 1 mL", "specificity", "AUC", "Dice, median", "patients"]]
    for r in sorted(measured, key=lambda r: r["drawings"], reverse=True):
        found, clean = (f"{r[k]:.2f} ({span(r[k + '_ci95'])})" for k in ("sensitivity", "specificity"))
        patients = f"{r['positives']} + {r['negatives']}"
        entries.append([r["drawings"], r["version"], found, clean, f"{r['auc']:.3f}", f"{r['dice']:.2f}", patients])
    return [*rows(entries), ""]


def table(report: dict) -> str:
    shipped, outlines, drawn = report["shipped"], report["outlines"], report["drawn_patients"]
    lines = [
        f"Method: {report['method']}. Outlines of {outlines['train']} / {outlines['validation']} / {outlines['test']} "
        f"patients (training / validation / test, by hash of the patient's name); {drawn['train']} / "
        f"{drawn['validation']} / {drawn['test']} drawn patients. Primary: {report['study']['primary']}. Study threshold: "
        f"{report['thresholds']['study']:.2f}, from validation.",
        "",
        *main_table(report),
        "",
        *halves(report),
        "",
        *volumes(report["study"]),
        "",
        *subgroups(report["study"]),
        "",
        *compared(report),
        "Real series, each a single case, never trained on and no threshold set on them:",
        "",
        *reals(report["real"]),
        "",
        f"Median time of a slice on one core: {shipped['milliseconds_per_slice_one_core']:.0f} ms. "
        f"File: {shipped['bytes'] / 1e6:.1f} MB, {shipped['parameters'] / 1e6:.2f} million weights.",
    ]
    return "\n".join(lines)


def main() -> None:
    report, path = json.loads((HERE / "evaluation.json").read_text()), HERE / "CARD.md"
    before, rest = path.read_text().split(BEGIN)
    _, after = rest.split(END)
    path.write_text(f"{before}{BEGIN}\n{table(report)}\n{END}{after}")


if __name__ == "__main__":
    main()
