#!/usr/bin/env bash
# Trains a model of models/ again, from its data to its pack. usage: scripts/train.sh NAME
# DATA names the folder of the imaging data (default ../shared/data). Safe to stop: run it again to go on.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { printf 'train: %s\n' "$*" >&2; exit 1; }
known=$(find models -mindepth 2 -maxdepth 2 -name train.sh -printf "%h\n" | sed s,models/,, | sort | paste -sd" ")
name=${1:-}
[ -n "$name" ] && [ -x "models/$name/train.sh" ] || fail "say which: make train MODEL=<one of: $known>"
data=$(realpath -m "${DATA:-../shared/data}")
[ -d "$data" ] || fail "no imaging data at $data: set DATA=<folder> (models/$name/TRAINING.md says what it holds)"

if ! /usr/bin/python3 -c 'import torch' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo '· installing python3-torch' >&2
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-torch python3-venv >/dev/null
  else
    fail "PyTorch is missing (on Debian: sudo apt-get install python3-torch python3-venv)"
  fi
fi
# Torch is Debian's, everything else pinned: the system's packages show through.
dir=.cache/train-$name
stamp=$(sha256sum "models/$name/requirements.txt" | cut -d' ' -f1)
if [ "$(cat "$dir/.stamp" 2>/dev/null)" != "$stamp" ]; then
  echo "· Python packages of models/$name/requirements.txt" >&2
  rm -rf "$dir"
  /usr/bin/python3 -m venv --system-site-packages "$dir"
  "$dir/bin/pip" install -q --disable-pip-version-check -r "models/$name/requirements.txt" >&2
  printf '%s' "$stamp" >"$dir/.stamp"
fi
export PYTHON="$PWD/$dir/bin/python" DATA="$data"
exec "models/$name/train.sh"
