#!/usr/bin/env bash
# Side-by-side measurements in one run, on a release build.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --locked --quiet
cargo bench --locked --quiet --bench order
exec .cache/venv/bin/python benches/side_by_side.py --vigie "$(scripts/target-dir.sh)/release/vigie" "$@"
