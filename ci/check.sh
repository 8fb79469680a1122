#!/usr/bin/env bash
# The only list of checks. Runs all of them, from the root of a clean or dirty checkout, and stops at the first
# that fails.
#
#   ci/check.sh          everything
#   ci/check.sh quick    without the release build, the dependency checks and the Python package: while you work
#
# Tests that need the corpora are ignored by a plain `cargo test`. Where GLEANER_CORPORA names their folder they run in
# the release build: with GLEANER_LINE_SCORER those that compare with its script, with GLEANER_REFIT=1 the refits.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mode=${1:-all}
case $mode in all | quick) ;; *) echo "usage: ci/check.sh [quick]" >&2; exit 2 ;; esac

step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }
fail() { printf 'check: %s\n' "$1" >&2; exit 1; }

step "format"
cargo fmt --all --check

# Files that are tracked, or would be with the next `git add`.
files() { git ls-files -z --cached --others --exclude-standard; }

if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    step "no file over 5 MB"
    while IFS= read -r -d '' file; do
        [ -f "$file" ] || continue
        bytes=$(wc -c <"$file")
        [ "$bytes" -le 5000000 ] || fail "$file has $bytes bytes; keep files under 5 MB"
    done < <(files)

    step "no path of one machine"
    # Brackets, so that this line does not find itself. Only .ci/run may look beside the checkout.
    pattern='(^|[^[:alnum:]_.])/(tm[p]|wor[k]|roo[t]|hom[e])/[[:alnum:]_.]|\.\./share[d]|\.librar[y]/'
    if git grep --untracked -nIE "$pattern" -- . ':!.ci/run' >&2; then
        fail "these lines name paths of one machine"
    fi
else
    echo "skipped: not a git checkout, so there is no list of files to look at"
fi

step "edition, minimum Rust version, licence"
manifest() { sed -n "s/^$1 = \"\(.*\)\"\$/\1/p" Cargo.toml | head -n 1; }
rust=$(manifest rust-version)
[ -n "$rust" ] || fail "Cargo.toml states no rust-version"
[ "$(manifest edition)" = 2024 ] || fail "Cargo.toml states another edition than 2024"
[ "$(manifest license)" = "(MIT OR Apache-2.0) AND CC-BY-4.0" ] || fail "Cargo.toml states another licence than NOTICE"
grep -qF "Rust $rust" README.md || fail "README.md does not say Rust $rust, the rust-version of Cargo.toml"
msrv=$(sed -n 's/^msrv = "\(.*\)"$/\1/p' clippy.toml)
[ -z "$msrv" ] || [ "$msrv" = "$rust" ] || fail "clippy.toml says msrv $msrv, Cargo.toml $rust"
newest=$(cargo metadata --locked --format-version 1 | grep -o '"rust_version":"[0-9.]*"' | tr -dc '0-9.\n' | sort -V | tail -n 1)
[ "$(printf '%s\n%s.99\n' "$newest" "$rust" | sort -V | tail -n 1)" = "$rust.99" ] ||
    fail "a dependency needs Rust $newest, Cargo.toml promises $rust"
for file in LICENSE-MIT LICENSE-APACHE LICENSE-CC-BY-4.0 NOTICE CHANGELOG.md; do
    [ -s "$file" ] || fail "$file is missing"
done

if [ "$mode" = all ]; then
    step "dependencies: licences, bans, sources, advisories"
    if cargo deny --version >/dev/null 2>&1; then
        cargo deny --locked --workspace check licenses bans sources
        if timeout 180 cargo deny --locked fetch db >/dev/null 2>&1; then
            cargo deny --locked --offline --workspace check advisories
        else
            echo "skipped: advisories, because their database (github.com/RustSec/advisory-db) cannot be reached from here"
        fi
    elif [ -n "${GLEANER_WITHOUT_DENY:-}" ]; then
        echo "skipped: cargo-deny is not installed, and GLEANER_WITHOUT_DENY allows that"
    else
        fail "cargo-deny is not installed: cargo install cargo-deny --locked (or set GLEANER_WITHOUT_DENY=1 to go on without)"
    fi
fi

step "clippy"
cargo clippy --locked --all-targets -- -D warnings
for features in "" html train html,train report parquet,compression; do
    echo "with the features: ${features:-none}"
    cargo clippy --locked --all-targets --no-default-features --features "$features" -- -D warnings
done

step "dependencies of the library that only scores"
crates=$(cargo tree --locked --no-default-features -e normal --prefix none | sed 's/ (\*)$//' | sort -u | wc -l)
[ "$crates" -le 36 ] || fail "without features the library has $crates crates, and 36 are allowed"

step "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps

step "package: what is in it, and how much"
# Unpacked. `--allow-dirty`, because this runs before a commit too.
mapfile -t packed < <(cargo package --locked --allow-dirty --list 2>/dev/null)
[ "${#packed[@]}" -gt 0 ] || fail "cargo package --list lists nothing"
bytes=0
for file in "${packed[@]}"; do
    case $file in
        training-data/* | benchmarks/* | fuzz/* | python/* | ci/* | .ci/*) fail "$file is in the package" ;;
    esac
    # Three files are made by cargo.
    [ ! -f "$file" ] || bytes=$((bytes + $(wc -c <"$file")))
done
echo "${#packed[@]} files, $bytes bytes"
[ "$bytes" -le 6815744 ] || fail "the package has $bytes bytes unpacked, and 6.5 MiB are allowed"

if [ "$mode" = all ]; then
    step "benchmarks compile"
    cargo bench --locked --no-run

    # They run with a nightly compiler only, but any will do to see that they have not rotted.
    step "fuzz targets compile"
    if command -v c++ >/dev/null; then
        cargo check --locked --manifest-path fuzz/Cargo.toml
    else
        echo "skipped: the fuzzer's own library needs a C++ compiler"
    fi

    step "tests, release"
    wanted=()
    if [ -n "${GLEANER_CORPORA:-}" ]; then
        wanted=(--include-ignored)
        [ -n "${GLEANER_LINE_SCORER:-}" ] || wanted+=(--skip as_the_line_scorer)
        if [ "${GLEANER_REFIT:-}" != 1 ]; then
            wanted+=(--skip the_fitted_)
            echo "skipped: refits of what was fitted on the corpora; GLEANER_REFIT=1 asks for them"
        fi
    else
        echo "skipped: tests that need the corpora, because GLEANER_CORPORA does not name their folder"
    fi
    cargo test --locked --release -- "${wanted[@]}"

    step "size of the program"
    target=$(cargo metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
    cargo build --locked --release
    bytes=$(wc -c <"$target/release/gleaner")
    echo "$bytes bytes"
    [ "$bytes" -le 16000000 ] || fail "the program has $bytes bytes, and 16000000 are allowed"

    step "views in a browser"
    if command -v python3 >/dev/null; then
        GLEANER=$target/release/gleaner python3 tests/browser/views.py
    else
        echo "skipped: python3 is not installed"
    fi

    step "Python package"
    ci/python.sh
fi

# Last, so that what is seen last is the summary of the tests. They also refit the built-in model and compare bytes.
step "tests, debug"
cargo test --locked
