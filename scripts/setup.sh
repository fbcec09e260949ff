#!/usr/bin/env bash
# Brings what a fresh machine lacks. usage: scripts/setup.sh run|test
# Every step is skipped when its result is already there, so that a second start costs nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
goal=${1:?run or test}
step() { printf '· %s\n' "$*" >&2; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# --- system packages ---------------------------------------------------------------------------
need=()
want() { command -v "$1" >/dev/null 2>&1 || [ -x "$1" ] || need+=("$2"); }
want cmake cmake
want c++ g++
want python3 python3
if [ "$goal" = test ]; then
  want /usr/bin/storescu dcmtk
  want /usr/bin/chromium chromium
  want Orthanc orthanc
  want dciodvfy dicom3tools
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need+=(postgresql)
fi
python3 -c 'import venv, ensurepip' 2>/dev/null || need+=(python3-venv)
if [ ${#need[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    step "installing system packages: ${need[*]}"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
  else
    fail "missing system packages: ${need[*]} (on Debian or Ubuntu: sudo apt-get install ${need[*]})"
  fi
fi
command -v cargo >/dev/null || fail "Rust is missing: install it from https://rustup.rs (version 1.95 or newer)"
command -v npm >/dev/null || fail "Node.js 20 or newer with npm is missing"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || fail "Node.js 20 or newer is needed, found $(node --version)"

# --- Python environment ------------------------------------------------------------------------
venv() { # venv NAME REQUIREMENTS
  local dir=.cache/$1 stamp
  stamp=$(sha256sum "$2" | cut -d' ' -f1)
  [ "$(cat "$dir/.stamp" 2>/dev/null)" = "$stamp" ] && return
  step "Python packages of $2"
  rm -rf "$dir"
  python3 -m venv "$dir"
  "$dir/bin/pip" install -q --disable-pip-version-check -r "$2" >&2
  printf '%s' "$stamp" >"$dir/.stamp"
}
mkdir -p .cache
[ "$goal" = test ] && venv venv tests/requirements.txt

# --- ONNX Runtime: the shared library of the PyPI wheel, pinned and checked -----------------------
ort=.cache/onnxruntime/libonnxruntime.so
if [ -z "${ORT_DYLIB_PATH:-}" ] && [ ! -e "$ort" ]; then
  version=1.32.0
  case "$(uname -m)" in
    x86_64) platform=manylinux_2_28_x86_64 wheel=5a34fc4dfeb5a7b4a74c95dcba1e773d722abda720b474edf1b0c419dc6d163d ;;
    *) fail "no ONNX Runtime pinned for $(uname -m): set ORT_DYLIB_PATH to a libonnxruntime.so of version 1.23 or newer" ;;
  esac
  step "ONNX Runtime $version from PyPI"
  tmp=$(mktemp -d .cache/ort.XXXXXX)
  trap 'rm -rf "$tmp"' EXIT
  # Any interpreter will do to fetch: a throwaway environment where the system's has no pip of its own.
  pip=(python3 -m pip)
  python3 -m pip --version >/dev/null 2>&1 || { python3 -m venv "$tmp/venv" && pip=("$tmp/venv/bin/pip"); }
  printf 'onnxruntime==%s --hash=sha256:%s\n' "$version" "$wheel" >"$tmp/requirements.txt"
  "${pip[@]}" download -q --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
    --python-version 3.11 --implementation cp --abi cp311 --platform "$platform" -d "$tmp" -r "$tmp/requirements.txt" >&2
  python3 - "$tmp" "$ort" <<'PY'
import glob, os, sys, zipfile
tmp, target = sys.argv[1:]
wheel = zipfile.ZipFile(glob.glob(f"{tmp}/*.whl")[0])
name = next(n for n in wheel.namelist() if "/capi/libonnxruntime.so" in n)
os.makedirs(os.path.dirname(target), exist_ok=True)
with open(target + ".part", "wb") as out:
    out.write(wheel.read(name))
os.replace(target + ".part", target)
PY
fi

# --- the web application -------------------------------------------------------------------------
if [ ! -e web/node_modules/.stamp ] || [ web/package-lock.json -nt web/node_modules/.stamp ]; then
  step "web packages"
  npm --prefix web ci --no-audit --no-fund --loglevel=error >&2
  touch web/node_modules/.stamp
fi
if [ ! -e web/dist/index.html ] || [ -n "$(find web/src web/index.html web/public web/package-lock.json web/vite.config.ts \
  -newer web/dist/index.html -print -quit 2>/dev/null)" ]; then
  step "web application"
  npm --prefix web run --silent build -- --logLevel error >&2
  touch web/dist/index.html
fi
