#!/usr/bin/env bash
# The browser's journey against the real server: starts `vigie demo` on free ports in a temporary folder, prepares a
# head CT under fresh UIDs for the outside scanner (storescu), and runs web/e2e.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
server=
cleanup() {
  [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT
read -r http dicom media < <(python3 - <<'PY'
import socket
held = [socket.socket() for _ in range(3)]
for s in held: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held))
PY
)
export VIGIE_HTTP_ADDR=127.0.0.1:$http VIGIE_DICOM_ADDR=127.0.0.1:$dicom VIGIE_MEDIA_ADDR=127.0.0.1:$media
"$(scripts/target-dir.sh)/debug/vigie" demo --data-dir "$work/data" >"$work/demo.out" 2>"$work/demo.log" &
server=$!
for _ in $(seq 600); do
  [ -e "$work/data/demo.json" ] && break
  kill -0 "$server" 2>/dev/null || { cat "$work/demo.log" >&2; echo 'e2e: the server ended at its start' >&2; exit 1; }
  sleep 0.1
done
.cache/venv/bin/python benches/series.py demo/studies/saignement "$work/study" E2E-0001 >/dev/null
export VIGIE_DEMO_JSON=$work/data/demo.json VIGIE_STUDY_DIR=$work/study VIGIE_REPO=$PWD
export VIGIE_SERVER_PID=$server VIGIE_SCREENSHOTS=${VIGIE_SCREENSHOTS:-$PWD/.cache/screenshots}
mkdir -p "$VIGIE_SCREENSHOTS"
if ! npm --prefix web run e2e --silent; then
  echo '--- the end of the server log' >&2
  tail -n 40 "$work/demo.log" >&2
  exit 1
fi
