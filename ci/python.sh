#!/usr/bin/env bash
# The Python package: lints of its Rust half, the wheel, its types, its examples and its tests.
#
#   ci/python.sh             everything
#   ci/python.sh -k spark    … with these arguments of pytest
#
# What is needed goes into target/python-venv, from the registry that pip knows. Engines and libraries that cannot be
# had there, or Java, are skipped by their tests, which say so. The wheel is built like the tests of the library, whose
# dependencies are there already; GLEANER_WHEEL=release makes the one that is passed on, and that speed is measured on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=$(cargo metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
venv=$target/python-venv
case ${GLEANER_WHEEL:-dev} in
    dev) profile=dev built=debug ;;
    release) profile=release built=release ;;
    *) echo "GLEANER_WHEEL is dev or release" >&2; exit 2 ;;
esac

skip() { echo "skipped: the Python package, because $1"; exit 0; }
command -v python3 >/dev/null || skip "python3 is not installed"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || skip "python3 is older than 3.10"
[ -x "$venv/bin/pip" ] || python3 -m venv --clear "$venv" 2>/dev/null ||
    skip "python3 makes no virtual environment (on Debian: apt-get install python3-venv)"

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
wanted=python/tests/requirements.txt
if ! cmp -s "$wanted" "$venv/requirements.txt"; then
    "$venv/bin/pip" install -q "maturin>=1.9.4,<2" pytest mypy || skip "pip reaches no registry"
    if ! "$venv/bin/pip" install -q -r "$wanted"; then
        # One by one: a library that cannot be had takes its own tests along and no others.
        while IFS= read -r one; do
            case $one in '' | '#'*) continue ;; esac
            "$venv/bin/pip" install -q "$one" || echo "not installed, its tests are skipped: $one"
        done <"$wanted"
    fi
    cp "$wanted" "$venv/requirements.txt"
fi

cargo clippy --locked -p gleaner-text --all-targets -- -D warnings

wheels=$target/wheels
rm -rf "$wheels"
"$venv/bin/maturin" build --locked --profile "$profile" --quiet --manifest-path python/Cargo.toml \
    --interpreter "$venv/bin/python" --out "$wheels"
ls -l "$wheels"
"$venv/bin/pip" install -q --force-reinstall --no-deps "$wheels"/*.whl

# The program to compare with.
cargo build --locked --quiet --profile "$profile"
export GLEANER=$target/$built/gleaner
cd python
"$venv/bin/mypy" --strict --ignore-missing-imports --allow-subclassing-any --no-error-summary package/gleaner_text
"$venv/bin/pytest" -q --doctest-modules --doctest-ignore-import-errors --pyargs gleaner_text
"$venv/bin/pytest" -q -rs --durations=5 "$@"
