"""Writes tests/fixtures/domain/stroke_outcome.json from the published model.

    python3 -m venv .cache/oracle && .cache/oracle/bin/pip install stroke-outcome==0.1.8
    .cache/oracle/bin/python tests/oracles/write_stroke_outcome.py

Each case: stroke type, minutes from onset to needle and to groin puncture (null = not given), and what
`Continuous_outcome` says of it.
"""

import json
from importlib.metadata import version
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from stroke_outcome.continuous_outcome import Continuous_outcome

PINNED = "0.1.8"
# Every twenty minutes, and both sides of each end.
NEEDLE = [None, 1, 95, 210.5, 270, 330, 377.5, 378, 378.5, *range(0, 441, 20), 600]
GROIN = [None, 1, 45, 135, 210.5, 479.5, 480.5, *range(0, 541, 20), 900]


def main() -> None:
    assert version("stroke-outcome") == PINNED, f"needs stroke-outcome=={PINNED}"
    cases = [("nlvo", needle, None) for needle in NEEDLE]
    cases += [("lvo", needle, groin) for needle, groin in product(NEEDLE, GROIN)]
    frame = pd.DataFrame(
        {
            "stroke_type_code": [{"nlvo": 1, "lvo": 2}[kind] for kind, _, _ in cases],
            "onset_to_needle_mins": [float(needle or 0) for _, needle, _ in cases],
            "ivt_chosen_bool": [int(needle is not None) for _, needle, _ in cases],
            "onset_to_puncture_mins": [float(groin or 0) for _, _, groin in cases],
            "mt_chosen_bool": [int(groin is not None) for _, _, groin in cases],
        }
    )
    model = Continuous_outcome()
    model.assign_patients_to_trial(frame)
    _, _, outcome = model.calculate_outcomes()
    cumulative = outcome["each_patient_mrs_dist_post_stroke"]
    fixture = {
        "source": f"stroke-outcome {PINNED}, Continuous_outcome",
        "cases": [
            {
                "kind": kind,
                "needle_at": needle,
                "groin_at": groin,
                "mrs": np.diff(np.append(0.0, cumulative[i])).round(10).tolist(),
                "mean_mrs": round(outcome["each_patient_mrs_post_stroke"][i], 10),
                "expected_utility": round(outcome["each_patient_utility_post_stroke"][i], 10),
            }
            for i, (kind, needle, groin) in enumerate(cases)
        ],
    }
    target = Path(__file__).parents[1] / "fixtures" / "domain" / "stroke_outcome.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    body = ",\n".join(json.dumps(case) for case in fixture["cases"])
    target.write_text(f'{{"source": "{fixture["source"]}", "cases": [\n{body}\n]}}\n')


if __name__ == "__main__":
    main()
