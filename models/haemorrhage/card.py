"""Rewrite the figures of CARD.md, between its markers, from evaluation.json."""
import json
import pathlib
from typing import List, Sequence, Tuple

HERE = pathlib.Path(__file__).parent
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
Row = Tuple[str, ...]


def span(interval: list) -> str:
    return "–".join(f"{round(bound, 2) + 0.0:.2f}" for bound in interval)  # never -0.00


def table(head: Sequence[str], rows: Sequence[Row]) -> List[str]:
    lines = (head, ["---"] * len(head), *rows)
    return [f"| {' | '.join(line)} |" for line in lines] + [""]


def real(report: dict) -> List[Row]:
    study, each, peer, mapped = report["study"], report["slice"], report["peer"], report["map"]
    patients = f"{report['patients']} patients, {report['positives']} bleed"
    slices = f"{report['slices']} slices, {report['positive_slices']} bleed"
    negatives = report["patients"] - report["positives"]
    nested = study["nested_sensitivity"], study["nested_specificity"]
    luck = study["calibration_error_of_a_perfect_one"]
    return [
        ("Study AUC", f"{study['auc']:.3f}", span(study["auc_ci95"]), patients),
        (
            f"Study AUC less the teacher's ({peer['name']}, {peer['study_auc']:.2f})",
            f"{peer['study_auc_gain']:+.2f}",
            span(peer["study_auc_gain_ci95"]),
            "the same patients, paired",
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
            f"{negatives} patients, those that set the threshold",
        ),
        (
            "Sensitivity / specificity, each fold at a threshold set by the others",
            " / ".join(f"{n['value']:.2f}" for n in nested),
            " / ".join(span(n["ci95"]) for n in nested),
            f"{report['positives']} / {negatives} patients",
        ),
        (
            f"Early evidence at {report['thresholds']['early']:.2f}: sensitivity / specificity",
            f"{study['early_sensitivity']:.2f} / {study['early_specificity']:.2f}",
            "",
            f"{report['positives']} / {negatives} patients, whole series",
        ),
        ("Slice AUC", f"{each['auc']:.3f}", span(each["auc_ci95"]), slices),
        (
            f"Slice AUC less the teacher's ({peer['slice_auc']:.2f})",
            f"{peer['slice_auc_gain']:+.2f}",
            span(peer["slice_auc_gain_ci95"]),
            "the same slices, patients drawn again",
        ),
        (
            f"Slice sensitivity at specificity {each['specificity']:.2f}",
            f"{each['sensitivity']:.2f}",
            span(each["sensitivity_ci95"]),
            f"{report['positive_slices']} slices",
        ),
        (
            f"Calibration error of a slice ({each['calibration_bins']} bins of equal mass; the primary one)",
            f"{each['calibration_error']:.3f}",
            "",
            slices,
        ),
        (
            f"Calibration error of a study ({study['calibration_bins']} bins of equal mass)",
            f"{study['calibration_error']:.3f}",
            "",
            patients,
        ),
        (
            "The same, were every probability true: what so few patients give by chance",
            f"{luck[0]:.3f}",
            span(luck[1:]),
            "drawn 2000 times",
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
    ]


def implanted(report: dict) -> List[Row]:
    return [
        (found["kind"], found["band"], f"{found['found']:.2f}", span(found["ci95"]), str(found["patients"]))
        for found in report["implanted"]["found"]
        if found["kind"] == "all" or found["band"] != "all"
    ]


def by_contrast(report: dict) -> List[Row]:
    names = {(-100.0, 5.0): "under 5 HU", (20.0, 100.0): "from 20 HU"}
    return [
        (
            names.get((r["from_hu"], r["to_hu"]), f"{r['from_hu']:.0f}–{r['to_hu']:.0f} HU"),
            r["band"],
            f"{r['found']:.2f}",
            span(r["ci95"]),
            str(r["patients"]),
        )
        for r in report["implanted"]["found_by_contrast"]
    ]


def volumes(report: dict) -> List[Row]:
    trial = report["implanted"]
    return [
        (
            kind,
            f"{v['median_absolute_error']:.0%}",
            f"{v['within_20_percent']:.0%}",
            f"{v['median_ratio']:.2f}",
            str(v["patients"]),
        )
        for kind, v in (*trial["volume_by_kind"].items(), ("all", trial["volume_from_5_ml"]))
    ]


def moved(report: dict) -> List[Row]:
    robust = report["robust"]
    return [
        (
            f"{name}: refused, not analysable" if name in robust["refused"] else name,
            f"{robust['median_change'][name]:.3f}",
            f"{largest:.3f}",
            f"{robust['share_within'][name]:.0%}",
        )
        for name, largest in robust["largest_change"].items()
    ]


def figures(report: dict) -> str:
    shipped, speed = report["shipped"], report["speed"]
    lines = ["### Real patients", f"{report['method']}. Trauma, one hospital.", ""]
    lines += table(("figure", "value", "95 % interval", "measured on"), real(report))
    lines += [
        "### Implanted patients: drawn, not real",
        "Spontaneous bleeds implanted in 3-D into whole clean patients, by a seed never trained on, judged at the study "
        "threshold by the network that never saw the patient. The generator is the one that drew for training, so this is "
        "an upper bound.",
        "",
    ]
    lines += table(("kind", "volume", "patients found", "95 % interval", "patients"), implanted(report))
    lines += ["The same patients by how far the blood, as drawn, stands out from the brain of its slices:", ""]
    lines += table(("over the brain", "volume", "patients found", "95 % interval", "patients"), by_contrast(report))
    lines += ["Volume of implanted bleeds from 5 mL, each fold's maps cut where the other folds' implants say:", ""]
    head = ("kind", "median error", "within 20 %", "median ratio", "patients")
    lines += table(head, volumes(report))
    lines += [
        "### The same patient, sent otherwise",
        f"Change of the study's probability in {report['robust']['patients']} patients (bleeding, clean, implanted), judged by "
        "networks that never saw them. Cut from 5 mm slices, so the thin ones are interpolated.",
        "",
    ]
    lines += table(("sent as", "median change", "largest change", "below 0.1"), moved(report))
    lines += ["### The shipped network", "On the two demonstration patients, who were kept from its training:", ""]
    lines += table(
        ("patient", "bleeds", "probability", "volume, mL", "slices flagged", "slices labelled"),
        [
            (
                str(s["patient"]),
                "yes" if s["bleeds"] else "no",
                f"{s['probability']:.2f}",
                f"{s['ml']:.1f}",
                str(s["slices_flagged"]),
                str(s["slices_bleed"]),
            )
            for s in shipped["never_trained_on"]
        ],
    )
    lines += [
        f"Median time of a slice on one core: {shipped['milliseconds_per_slice_one_core']:.1f} ms. "
        f"File: {shipped['bytes'] / 1e6:.1f} MB. A patient takes at least {speed['times_faster_least']:.0f} times less "
        f"processor time than one member of the teacher, both in ONNX Runtime on one core of one machine in one run "
        f"(of the teacher's tiles two each, the rest counted; "
        + ", ".join(
            f"patient {r['patient']}: {r['ours_s']:.2f} s against {r['teacher_s']:.0f} s" for r in speed["by_patient"]
        )
        + ").",
    ]
    return "\n".join(lines)


def main() -> None:
    report, path = json.loads((HERE / "evaluation.json").read_text()), HERE / "CARD.md"
    before, rest = path.read_text().split(BEGIN)
    _, after = rest.split(END)
    path.write_text(f"{before}{BEGIN}\n{figures(report)}\n{END}{after}")


if __name__ == "__main__":
    main()
