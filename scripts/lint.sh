#!/usr/bin/env bash
# Formatting, lints, licences, types.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo fmt --check
cargo clippy --locked --quiet --all-targets -- -D warnings
if cargo deny --version >/dev/null 2>&1; then
  cargo deny --locked check bans licenses sources
else
  echo "lint: cargo-deny is not installed here, so bans, licences and sources were not checked (cargo install cargo-deny)" >&2
fi
npm --prefix web run --silent check
