"""Write the pack: model.onnx with its calibration inside, manifest.toml; adds what the file does to evaluation.json."""
import argparse
import hashlib
import json
import pathlib
import time
from typing import Dict, Tuple

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import anatomy
import preprocess
import synth
from dataset import FIRST_SEED
from study import NAMES, restore

HERE = pathlib.Path(__file__).parent
OPSET = 17
LARGEST_BYTES = 10_000_000
OUTPUTS = ("mask", "slice_probability", "territory")


class Calibrated(nn.Module):
    """What the server runs: trace and ADC in, probabilities out."""

    def __init__(self, model: nn.Module, calibration: Dict[str, Tuple[float, float]]) -> None:
        super().__init__()
        self.model, self.known, self.bare = model, calibration["with_adc"], calibration["without_adc"]

    def forward(self, dwi: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        logits, territory, verdict, _ = self.model(dwi)
        places = F.interpolate(territory.softmax(1), scale_factor=2.0, mode="nearest")
        known = (dwi[:, 4, 0, 0] >= 0).to(verdict.dtype)
        scale, offset = (bare + known * (with_adc - bare) for with_adc, bare in zip(self.known, self.bare))
        return logits.sigmoid(), (verdict * scale + offset).sigmoid(), places


def write_onnx(model: nn.Module, path: pathlib.Path) -> str:
    torch.onnx.export(
        model,
        torch.zeros(2, 6, preprocess.SIZE, preprocess.SIZE),
        str(path),
        opset_version=OPSET,
        input_names=["dwi"],
        output_names=list(OUTPUTS),
        dynamic_axes={name: {0: "n"} for name in ("dwi",) + OUTPUTS},
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


def milliseconds(session: onnxruntime.InferenceSession, dwi: np.ndarray, repeats: int = 40) -> float:
    """Median time of one slice on one core, of this process alone."""
    spent = []
    for i in range(repeats):
        start = time.process_time()
        session.run(None, {"dwi": dwi[i % len(dwi)][None]})
        spent.append((time.process_time() - start) * 1000)
    return round(float(np.median(spent)), 1)


def write_manifest(template: str, report: dict, sha256: str) -> str:
    """The template's {names}, filled from the evaluation."""
    s, c, t = report["study"], report["calibration"], report["thresholds"]
    values = {
        "sha256": sha256,
        "threshold": t["study"],
        "slice_threshold": t["slice"],
        "mask_threshold": t["mask"],
        "early_threshold": t["early"],
        "names": json.dumps(list(NAMES)),
        "k": c["top"],
        "scale": round(c["study_scale"], 6),
        "offset": round(c["study_offset"], 6),
        "method": report["method"],
        "sensitivity": s["sensitivity"],
        "sensitivity_ci95": s["sensitivity_ci95"],
        "specificity": s["specificity"],
        "specificity_ci95": s["specificity_ci95"],
        "study_auc": s["auc"],
        "study_auc_ci95": s["auc_ci95"],
        "slice_auc": report["slice"]["auc"],
        "patients": s["positives"] + s["negatives"],
        "positives": s["positives"],
    }
    return template.format(**values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--name", default="shipped")
    options = parser.parse_args()
    torch.set_num_threads(1)
    report = json.loads((HERE / "evaluation.json").read_text())
    model = Calibrated(restore(options.out / f"{options.name}.pt"), report["calibration"]["slice"]).eval()
    sha256 = write_onnx(model, HERE / "model.onnx")
    session = open_session(HERE / "model.onnx")
    painter = synth.Painter(anatomy.load(options.data, options.out / "anatomy.npz"), "test")
    case, _ = synth.drawn(painter, FIRST_SEED["test"] + 1, True)
    dwi = preprocess.stacks(case.prepared)
    with torch.no_grad():
        expected = model(torch.from_numpy(dwi))
    for name, got, wanted in zip(OUTPUTS, session.run(None, {"dwi": dwi}), expected):
        np.testing.assert_allclose(got, wanted.numpy(), atol=1e-4, err_msg=name)
    report["shipped"] = {
        "sha256": sha256,
        "bytes": (HERE / "model.onnx").stat().st_size,
        "parameters": sum(p.numel() for p in model.parameters()),
        "milliseconds_per_slice_one_core": milliseconds(session, dwi),
    }
    (HERE / "evaluation.json").write_text(json.dumps(report, indent=1) + "\n")
    (HERE / "manifest.toml").write_text(write_manifest((HERE / "manifest.template.toml").read_text(), report, sha256))
    print(json.dumps(report["shipped"], indent=1))


if __name__ == "__main__":
    main()
