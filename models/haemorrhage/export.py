"""Write the pack: model.onnx with its calibration inside, manifest.toml, and what the ONNX file itself does, into evaluation.json."""
import argparse
import hashlib
import json
import pathlib
import time
from typing import Tuple

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

import dataset
import preprocess
from combine import Calibration
from figures import logit, sigmoid, top_mean
from judged import restore
from summary import SLICE_ML
from train import DEMONSTRATION

HERE = pathlib.Path(__file__).parent
OPSET = 17
LARGEST_BYTES = 3_000_000


class Calibrated(nn.Module):
    """What the server runs: HU in, probabilities out."""

    def __init__(self, model: nn.Module, calibration: Calibration) -> None:
        super().__init__()
        self.model, self.calibration = model, calibration

    def forward(self, hu: Tensor) -> Tuple[Tensor, Tensor]:
        logits, verdict, area = self.model(hu)
        by_verdict, by_area, offset = self.calibration.slice
        return logits.sigmoid(), (verdict * by_verdict + area * by_area + offset).sigmoid()


def write_onnx(model: nn.Module, path: pathlib.Path) -> str:
    names = {"hu": {0: "n"}, "mask": {0: "n"}, "slice_probability": {0: "n"}}
    torch.onnx.export(
        model,
        torch.zeros(2, 3, preprocess.SIZE, preprocess.SIZE),
        str(path),
        opset_version=OPSET,
        input_names=["hu"],
        output_names=["mask", "slice_probability"],
        dynamic_axes=names,
    )
    onnx.checker.check_model(onnx.load(str(path)), full_check=True)
    content = path.read_bytes()
    if len(content) > LARGEST_BYTES:
        raise SystemExit(f"model.onnx has {len(content)} bytes, more than {LARGEST_BYTES}")
    return hashlib.sha256(content).hexdigest()


def open_session(path: pathlib.Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def milliseconds(session: onnxruntime.InferenceSession, hu: np.ndarray, repeats: int = 40) -> float:
    """Median time of one slice on one core, of this process alone."""
    spent = []
    for i in range(repeats):
        start = time.process_time()
        session.run(None, {"hu": hu[i % len(hu)][None]})
        spent.append((time.process_time() - start) * 1000)
    return round(float(np.median(spent)), 1)


def study(session: onnxruntime.InferenceSession, slices: dataset.Slices, patient: int, report: dict) -> dict:
    calibration, thresholds = Calibration(**report["calibration"]), report["thresholds"]
    rows = np.nonzero(slices.patient == patient)[0]
    mask, probability = session.run(None, {"hu": np.stack([dataset.stacked(slices, r) for r in rows])})
    mean = top_mean(logit(probability.astype(np.float64)), calibration.top)
    blood = (mask[:, 0] > thresholds["mask"]).sum((1, 2)) * (probability >= thresholds["slice"])
    return {
        "patient": patient,
        "bleeds": bool(slices.bleeds[rows].any()),
        "probability": round(float(sigmoid(mean)), 4),
        "ml": round(float(blood.sum() * SLICE_ML), 2),
        "slices_flagged": int((probability >= thresholds["slice"]).sum()),
        "slices_bleed": int(slices.bleeds[rows].sum()),
        "slices": len(rows),
    }


def write_manifest(template: str, report: dict, sha256: str) -> str:
    """The template's {names}, filled from the evaluation."""
    s, c, t = report["study"], report["calibration"], report["thresholds"]
    values = {
        "sha256": sha256,
        "threshold": t["study"],
        "slice_threshold": t["slice"],
        "mask_threshold": t["mask"],
        "early_threshold": t["early"],
        "k": c["top"],
        "method": report["method"],
        "sensitivity": s["sensitivity"],
        "sensitivity_ci95": s["sensitivity_ci95"],
        "specificity": s["specificity"],
        "specificity_ci95": s["specificity_ci95"],
        "study_auc": s["auc"],
        "study_auc_ci95": s["auc_ci95"],
        "slice_auc": report["slice"]["auc"],
        "patients": report["patients"],
        "positives": report["positives"],
    }
    return template.format(**values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    report = json.loads((HERE / "evaluation.json").read_text())
    model = Calibrated(restore(options.out, "shipped"), Calibration(**report["calibration"])).eval()
    slices = dataset.load(options.data, options.out / "slices.npz")
    rows = np.nonzero(slices.patient == DEMONSTRATION[0])[0]
    hu = np.stack([dataset.stacked(slices, r) for r in rows])
    with torch.no_grad():
        expected = model(torch.from_numpy(hu))
    sha256 = write_onnx(model.eval(), HERE / "model.onnx")
    session = open_session(HERE / "model.onnx")
    for name, got, wanted in zip(("mask", "slice_probability"), session.run(None, {"hu": hu}), expected):
        np.testing.assert_allclose(got, wanted.numpy(), atol=1e-4, err_msg=name)
    report["shipped"] = {
        "sha256": sha256,
        "bytes": (HERE / "model.onnx").stat().st_size,
        "milliseconds_per_slice_one_core": milliseconds(session, hu),
        "never_trained_on": [study(session, slices, p, report) for p in DEMONSTRATION],
    }
    (HERE / "evaluation.json").write_text(json.dumps(report, indent=1) + "\n")
    (HERE / "manifest.toml").write_text(write_manifest((HERE / "manifest.template.toml").read_text(), report, sha256))
    print(json.dumps(report["shipped"], indent=1))


if __name__ == "__main__":
    main()
