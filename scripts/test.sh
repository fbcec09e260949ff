#!/usr/bin/env bash
# Every test. Each runner prints its own closing lines.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$*" >&2; }

step "Rust: unit, property and integration tests (real peers, SQLite and PostgreSQL)"
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --locked --no-fail-fast
else
  cargo test --locked --no-fail-fast
fi

step "web: unit tests"
npm --prefix web test --silent

step "browser: the whole journey against the real server"
cargo build --locked --quiet
scripts/e2e.sh
