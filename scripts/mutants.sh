#!/usr/bin/env bash
# Mutation testing of src/domain: every change that no test of the domain notices is listed.
# The domain is built alone, as a crate of its own, so that a mutant costs seconds. OUT=dir keeps results there and goes on
# where an earlier run stopped; arguments go to `cargo mutants` (--shard 0/8, --file src/domain/rota.rs …).
set -euo pipefail
cd "$(dirname "$0")/.."
out=${OUT:-$(scripts/target-dir.sh)/mutants}
crate=$out/domain
rm -rf "$crate/src" "$crate/tests"
mkdir -p "$crate/src" "$crate/tests/it" "$crate/demo"
cp -r src/domain src/domain.rs "$crate/src/"
# a twentieth of the generated cases: a change that takes more to be noticed counts as missed
find "$crate/src" -name '*.rs' -exec sed -i -E \
  -e 's/^const CASES: u32 = 10_000;/const CASES: u32 = 500;/' -e 's/with_cases\((20|4|3)00*\)/with_cases(100)/' {} +
cp -r tests/it/domain "$crate/tests/it/"
cp -r tests/fixtures "$crate/tests/"
cp demo/region.toml "$crate/demo/"
cp Cargo.lock "$crate/"
echo 'mod domain { mod outcome; mod region; }' >"$crate/tests/it/main.rs" # the third runs the program
printf '#![allow(dead_code, unused_imports)]\npub mod domain;\n' >"$crate/src/lib.rs"
section() { sed -n "/^\[$1\]/,/^\[/p" Cargo.toml | grep -E "^($2) ="; }
{
  printf '[package]\nname = "vigie"\nversion = "0.0.0"\nedition = "2024"\n\n[lib]\ndoctest = false\n\n[dependencies]\n'
  section dependencies 'hex|jiff|rand|rand_distr|serde|serde_json|sha2|thiserror|toml|utoipa|uuid'
  printf '\n[dev-dependencies]\n'
  section dev-dependencies 'insta|proptest'
  printf '\n[profile.dev]\ndebug = false\n\n[profile.dev.package."*"]\nopt-level = 2\n\n[workspace]\n'
} >"$crate/Cargo.toml"
cd "$crate"
exec cargo mutants --in-place --test-tool nextest --output "$out" --iterate "$@"
