#!/usr/bin/env bash
# Everything from the pictures to the pack; safe to stop and run again.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
DATA=$(cd "${DATA:-$HERE/../../../shared/data}" && pwd)
cd "$HERE"
PYTHON=${PYTHON:-python3}
SET=$DATA/ct-ich
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}

echo '· slices and the bank of implanted bleeds' >&2
"$PYTHON" dataset.py --data "$SET"
"$PYTHON" implanted.py --data "$SET"
echo '· every fold and the shipped network' >&2
"$PYTHON" train.py --data "$SET" --seed 1 --folds 5 --parallel "${PARALLEL:-1}"
echo '· cross-validation, implanted trial, other scanners' >&2
"$PYTHON" evaluate.py --data "$SET" --seed 1 --folds 5
echo '· the pack, its speed, card and reference vectors' >&2
"$PYTHON" export.py --data "$SET"
"$PYTHON" speed.py --data "$SET"
"$PYTHON" card.py
"$PYTHON" reference.py --data "$SET"
