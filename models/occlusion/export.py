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
from evaluate import calibrated, column, of_phantoms, restore
from network import SLABS, OcclusionNet
from render import COUNTS

HERE = pathlib.Path(__file__).parent
OPSET = 17
LARGEST_BYTES = 2_000_000
OUTPUTS = ("segment_probability", "site")
TOLERANCES = (1e-4, 0.01)  # of the framework's own output; voxels for the site


class Calibrated(nn.Module):
    """What the server runs: HU in, probabilities and places out."""

    def __init__(self, model: OcclusionNet, calibration: dict) -> None:
        super().__init__()
        self.model = model
        weights = torch.tensor(calibration["weights"])
        self.register_buffer("coarse", weights[:, 0])
        self.register_buffer("close", weights[:, 1])
        self.register_buffer("offset", torch.tensor(calibration["offset"]))

    def forward(self, slabs: Tensor) -> Tuple[Tensor, Tensor]:
        coarse, close, evidence = self.model(slabs)
        site = self.model.site(evidence)
        each = (coarse * self.coarse + close * self.close + self.offset).flatten(1)
        anywhere = each.logsumexp(1, keepdim=True)
        return (each + anywhere - each.amax(1, keepdim=True)).sigmoid(), site.flatten(1, 2)


def write_onnx(model: nn.Module, path: pathlib.Path) -> str:
    torch.onnx.export(
        model,
        torch.zeros(2, SLABS, *preprocess.SHAPE[1:]),
        str(path),
        opset_version=OPSET,
        input_names=["slabs"],
        output_names=list(OUTPUTS),
        dynamic_axes={name: {0: "n"} for name in ("slabs", *OUTPUTS)},
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


def milliseconds(session: onnxruntime.InferenceSession, slabs: np.ndarray, repeats: int = 20) -> float:
    """Median time of one study on one core, of this process alone."""
    spent = []
    for i in range(repeats):
        start = time.process_time()
        session.run(None, {"slabs": slabs[i % len(slabs)][None]})
        spent.append((time.process_time() - start) * 1000)
    return round(float(np.median(spent)), 1)


def write_manifest(template: str, report: dict, sha256: str) -> str:
    """The template's {names}, filled from the evaluation."""
    test = report["test"]
    m2 = test["segments"]["M2"]["sensitivity"]
    values = {
        "sha256": sha256,
        "threshold": report["threshold"],
        "contrast_voxels": preprocess.CONTRAST_VOXELS,
        "method": report["method"],
        "sensitivity": test["sensitivity"]["value"],
        "sensitivity_ci95": test["sensitivity"]["ci95"],
        "specificity": test["specificity"]["value"],
        "specificity_ci95": test["specificity"]["ci95"],
        "m2_sensitivity": m2["value"],
        "m2_sensitivity_ci95": m2["ci95"],
        "study_auc": test["auc"]["value"],
        "study_auc_ci95": test["auc"]["ci95"],
        "patients": test["subjects"],
        "studies": test["studies"],
        "positives": test["positives"],
    }
    return template.format(**values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    report = json.loads((HERE / "evaluation.json").read_text())
    network = restore(options.out)
    model = Calibrated(network, report["calibration"]).eval()
    sha256 = write_onnx(model, HERE / "model.onnx")
    session = open_session(HERE / "model.onnx")
    test = dataset.load(options.out / "phantoms", "test", COUNTS["test"])
    slabs = dataset.middle(test, np.arange(0, len(test.side), 24))
    with torch.no_grad():
        expected = model(slabs)
    # one study alone and all together must agree
    single = session.run(None, {"slabs": slabs[:1].numpy()})
    for k, (got, wanted) in enumerate(zip(session.run(None, {"slabs": slabs.numpy()}), expected)):
        tolerance = TOLERANCES[k]
        np.testing.assert_allclose(got, wanted.numpy(), atol=tolerance, err_msg=OUTPUTS[k])
        np.testing.assert_allclose(single[k], got[:1], atol=tolerance, err_msg=OUTPUTS[k])
    probability = calibrated(of_phantoms(network, test).logits, report["calibration"])
    report["shipped"] = {
        "sha256": sha256,
        "bytes": (HERE / "model.onnx").stat().st_size,
        "weights": sum(p.numel() for p in network.parameters()),
        "milliseconds_per_study_one_core": milliseconds(session, slabs.numpy()),
        "right_output_highest": round(
            float((probability.argmax(1) == column(test.segment, test.side))[test.segment >= 0].mean()), 4
        ),
    }
    (HERE / "evaluation.json").write_text(json.dumps(report, indent=1) + "\n")
    (HERE / "manifest.toml").write_text(write_manifest((HERE / "manifest.template.toml").read_text(), report, sha256))
    print(json.dumps(report["shipped"], indent=1))


if __name__ == "__main__":
    main()
