"""Rewrite the figures of CARD.md, between its markers, from evaluation.json."""
import json
import pathlib

HERE = pathlib.Path(__file__).parent
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def span(interval: list) -> str:
    return f"{interval[0]:.2f}–{interval[1]:.2f}"


def table(report: dict) -> str:
    study, each, peer, shipped = report["study"], report["slice"], report["peer"], report["shipped"]
    mapped = report["map"]
    negatives = report["patients"] - report["positives"]
    rows = [
        (
            "Study AUC",
            f"{study['auc']:.2f}",
            span(study["auc_ci95"]),
            f"{report['patients']} patients, {report['positives']} bleed",
        ),
        (
            "Study sensitivity at the threshold",
            f"{study['sensitivity']:.2f}",
            span(study["sensitivity_ci95"]),
            f"{report['positives']} patients",
        ),
        (
            "Study specificity at the threshold",
            f"{study['specificity']:.2f}",
            span(study["specificity_ci95"]),
            f"{negatives} patients",
        ),
        (
            f"Early evidence at {report['thresholds']['early']:.1f}: sensitivity / specificity",
            f"{study['early_sensitivity']:.2f} / {study['early_specificity']:.2f}",
            "",
            f"{report['positives']} / {negatives} patients, whole series",
        ),
        (
            "Slice AUC",
            f"{each['auc']:.2f}",
            span(each["auc_ci95"]),
            f"{report['slices']} slices, {report['positive_slices']} bleed",
        ),
        (
            f"Slice sensitivity at specificity {each['specificity']:.2f}",
            f"{each['sensitivity']:.2f}",
            span(each["sensitivity_ci95"]),
            f"{report['positive_slices']} slices",
        ),
        (
            "Overlap (Dice) with the teacher's map",
            f"{mapped['dice_with_teacher']:.2f}",
            "",
            f"{mapped['slices']} bleeding slices that the teacher outlines",
        ),
        (
            "Volume against the teacher's, median ratio (quartiles)",
            f"{mapped['volume_ratio_to_teacher']:.2f}",
            span(mapped["volume_ratio_quartiles"]),
            f"{mapped['patients']} bleeding patients of whom the teacher sees 1 mL or more",
        ),
        (f"Study AUC of the teacher ({peer['name']})", f"{peer['study_auc']:.2f}", "", "the same patients"),
        ("Slice AUC of the teacher", f"{peer['slice_auc']:.2f}", "", "the same slices"),
    ]
    lines = [
        f"{report['method']}.",
        "",
        "| figure | value | 95 % interval | measured on |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    lines += [
        "",
        "Drawn, not real: bleeds of the spontaneous kinds drawn into slices of clean patients that the judging network never saw, "
        "by the generator that also drew for training. An upper bound.",
        "",
        "| drawn bleed | found at the slice threshold | 95 % interval | slices |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {kind} | {d['found']:.2f} | {span(d['ci95'])} | {d['slices']} |" for kind, d in report["drawn"].items()
    ]
    lines += [
        "",
        "The shipped network on the two demonstration patients, who were kept from its training:",
        "",
        "| patient | bleeds | probability | volume, mL | slices flagged | slices labelled |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {s['patient']} | {'yes' if s['bleeds'] else 'no'} | {s['probability']:.2f} | {s['ml']:.1f} | {s['slices_flagged']} | {s['slices_bleed']} |"
        for s in shipped["never_trained_on"]
    ]
    lines += [
        "",
        f"Median time of a slice on one core: {shipped['milliseconds_per_slice_one_core']:.0f} ms. "
        f"File: {shipped['bytes'] / 1e6:.1f} MB.",
    ]
    return "\n".join(lines)


def main() -> None:
    report, path = json.loads((HERE / "evaluation.json").read_text()), HERE / "CARD.md"
    before, rest = path.read_text().split(BEGIN)
    _, after = rest.split(END)
    path.write_text(f"{before}{BEGIN}\n{table(report)}\n{END}{after}")


if __name__ == "__main__":
    main()
