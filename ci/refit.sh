#!/usr/bin/env bash
# Makes everything that is fitted anew: the count table and the context under training-data/fitted/, with the figures
# of ten folds, and the built-in model. Needs the labelled lines of the corpus; the same input gives the same bytes.
#
#   GLEANER_CORPORA=folder ci/refit.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${GLEANER_CORPORA:?names the folder of the corpora, which holds lines-dev/}"
lines=$GLEANER_CORPORA/lines-dev
fitted=training-data/fitted
[ -f "$lines/fold-0.jsonl" ] || { echo "refit: $lines holds no fold-0.jsonl" >&2; exit 2; }

cargo build --locked --release --bin gleaner
gleaner=${CARGO_TARGET_DIR:-target}/release/gleaner
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Features that stand on one site only might name it: they stay out of the table.
"$gleaner" count --min-sites 2 "$lines" -o "$work/lines-dev.counts"

# Trees, calibration and thresholds, out of fold by site, on the documents themselves; and what ten folds say of them.
# (The order of the files decides in which order rows are summed and sampled: keep it.)
"$gleaner" train "$lines" training-data -o "$work/all.gleaner"
"$gleaner" model dump --fitted "$work/all.gleaner" >"$work/context.json"
"$gleaner" evaluate --folds 10 --with training-data "$lines" --record "$work/context.json" --made-by ci/refit.sh

# The model, from what can be published.
"$gleaner" train training-data "$work/lines-dev.counts" --fitted "$work/context.json" --name en -o "$work/en.gleaner"

mv "$work/lines-dev.counts" "$work/context.json" "$fitted/"
mv "$work/en.gleaner" models/
git --no-pager diff --stat -- "$fitted" models 2>/dev/null || true
echo "refit: done; build again, so that the program embeds the new model, and run ci/check.sh"
