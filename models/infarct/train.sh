#!/usr/bin/env bash
# Paint, train, measure, export, write the card: the whole pack from the data. Stop and run it again at any time.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
data="$(realpath -m "${DATA:-../shared/data}")"
python="${PYTHON:-python3}"
cd "$here"
export OMP_NUM_THREADS=1
run() { echo "infarct: $*"; "$python" "$@"; }
run train.py --data "$data" --seed 1
run evaluate.py --data "$data"
run export.py --data "$data"
run reference.py
run card.py
