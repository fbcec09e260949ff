#!/usr/bin/env bash
# Everything from the trees to the pack. Safe to stop and run again: finished chunks and checkpoints are kept in build/.
set -euo pipefail
cd "$(dirname "$0")"
DATA=${DATA:-../shared/data}
PYTHON=${PYTHON:-python3}
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}
case "$DATA" in /*) ;; *) DATA="$(cd ../.. && cd "$DATA" && pwd)" ;; esac # as seen from the repository

echo "1/6 phantoms from $DATA"
"$PYTHON" render.py --data "$DATA" --out build
echo "2/6 training"
"$PYTHON" train.py --out build
echo "3/6 evaluation"
if [ -n "${VIGIE:-}" ]; then # a second renderer's phantoms
  "$PYTHON" other.py test
  SECOND=${SECOND:-build/second/test}
fi
"$PYTHON" evaluate.py --data "$DATA" --out build ${SECOND:+--second "$SECOND"}
echo "4/6 export"
"$PYTHON" export.py --out build
echo "5/6 card"
"$PYTHON" card.py
echo "6/6 reference vector"
"$PYTHON" reference.py
