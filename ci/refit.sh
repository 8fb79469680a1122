#!/usr/bin/env bash
# Makes what is fitted on corpora that do not ship, and then the built-in model:
#
#   training-data/fitted/lines.counts   counts of labelled lines, seen on two sites and in three lines or more
#   training-data/fitted/context.json   context, calibration, thresholds; figures of English, out of fold
#   training-data/fitted/pages.counts   counts of whole pages' blocks, seen on two sites or more
#   training-data/fitted/pages.json     trees and calibration of pages; figures out of fold
#   models/built-in.gleaner             the model of all these and of the project's own paragraphs
#
# GLEANER_CORPORA names the folder of the corpora. The same data give the same bytes; afterwards
# `cargo test` compares them. Floors are pinned by tests/it/floors.rs.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${GLEANER_CORPORA:?names the folder of the corpora}"
english="$GLEANER_CORPORA/lines/en"
multi="$GLEANER_CORPORA/lines/multi"
own=(training-data training-data/languages)
pages=("$GLEANER_CORPORA"/wcxb-dev "$GLEANER_CORPORA"/pages/{waddle,fundus,newspaper,newspaper4k,readability,cwce})
fitted=training-data/fitted
unset GLEANER_MODEL

# The program embeds the model that stands there now, and uses it in none of these steps.
cargo build --release --locked --quiet
gleaner="${CARGO_TARGET_DIR:-target}/release/gleaner"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$gleaner" count "$english" "$multi" --min-sites 2 --min-count 3 -o "$work/lines.counts"
"$gleaner" train "$english" "$multi" "${own[@]}" --min-count 4 -o "$work/whole.gleaner"
"$gleaner" model dump --fitted "$work/whole.gleaner" > "$work/context.json"
"$gleaner" evaluate --folds 10 --min-count 4 "$english" --with "$multi" --with "${own[0]}" --with "${own[1]}" \
  --record "$work/context.json" --made-by "ci/refit.sh"
"$gleaner" train --pages "${pages[@]}" --page-counts "$work/pages.counts" -o "$work/pages.gleaner"
"$gleaner" model dump --fitted --pages "$work/pages.gleaner" > "$work/pages.json"

"$gleaner" train "${own[@]}" "$work/lines.counts" --min-count 4 --fitted "$work/context.json" \
  --page-counts "$work/pages.counts" --page-fitted "$work/pages.json" --name built-in -o "$work/built-in.gleaner"

# All or nothing, as far as five files can be.
mkdir -p "$fitted" models
mv "$work/lines.counts" "$work/context.json" "$fitted/"
mv "$work/pages.counts" "$work/pages.json" "$fitted/"
mv "$work/built-in.gleaner" models/
