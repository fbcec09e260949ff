#!/usr/bin/env bash
# Mutation testing of src/domain: every change that no test of the domain notices is listed.
# The domain is built alone, as a crate of its own with its tests in one program, so that a mutant costs three seconds.
# OUT=dir keeps results there and goes on where an earlier run stopped; arguments go to `cargo mutants` (-j 2,
# --shard 0/8, --file src/domain/rota.rs …). CASES=256 looks longer at what was missed (generated cases a property).
set -euo pipefail
cd "$(dirname "$0")/.."
out=${OUT:-$(scripts/target-dir.sh)/mutants}
crate=$out/domain
rm -rf "$crate/src" "$crate/tests"
mkdir -p "$crate/src/it" "$crate/tests" "$crate/demo"
cp -r src/domain src/domain.rs "$crate/src/"
# fewer generated cases: a change that takes more to be noticed counts as missed
find "$crate/src" -name '*.rs' -exec sed -i -E \
  -e 's/^const CASES: u32 = 10_000;/const CASES: u32 = 500;/' -e 's/with_cases\((20|4|3)00*\)/with_cases(100)/' {} +
export PROPTEST_CASES=${CASES:-16}
cp -r tests/it/domain "$crate/src/it/"
find "$crate/src/it" -name '*.rs' -exec sed -i 's#"../../fixtures/#"../../../tests/fixtures/#' {} +
cp -r tests/fixtures "$crate/tests/"
cp demo/region.toml "$crate/demo/"
cp Cargo.lock "$crate/"
{
  printf '#![allow(dead_code, unused_imports)]\nextern crate self as vigie;\npub mod domain;\n'
  echo '#[cfg(test)] mod it { mod domain { mod outcome; mod region; } }' # the third runs the program
} >"$crate/src/lib.rs"
section() { sed -n "/^\[$1\]/,/^\[/p" Cargo.toml | grep -E "^($2) ="; }
{
  printf '[package]\nname = "vigie"\nversion = "0.0.0"\nedition = "2024"\n\n[lib]\ndoctest = false\n\n[dependencies]\n'
  section dependencies 'hex|jiff|rand|rand_distr|serde|serde_json|sha2|thiserror|toml|utoipa|uuid'
  printf '\n[dev-dependencies]\n'
  section dev-dependencies 'insta|proptest'
  printf '\n[profile.dev]\ndebug = false\n\n[profile.dev.package."*"]\nopt-level = 2\n\n[workspace]\n'
} >"$crate/Cargo.toml"
cd "$crate"
unset CARGO_TARGET_DIR # each job compiles in its own copy
exec cargo mutants --output "$out" --iterate "$@"
