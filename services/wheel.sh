#!/bin/sh
# Builds the wheel of the service into DIR: the same bytes from the same files, for every packaging.
# usage: wheel.sh DIR
# BUILD_PYTHON: a Python that has what requirements-build.txt pins; without it one is made, from the package index.
set -eu
services=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=${BUILD_PYTHON:-$work/venv/bin/python}
pip() { "$python" -m pip --quiet --disable-pip-version-check --no-cache-dir "$@"; }
if [ -z "${BUILD_PYTHON:-}" ]; then
  python3 -m venv "$work/venv"
  pip install --no-deps --require-hashes -r "$services/requirements-build.txt"
fi
mkdir "$work/source"
cp -R "$services/pyproject.toml" "$services/coinbreakr" "$work/source"
find "$work/source" -name __pycache__ -prune -exec rm -rf {} +
chmod -R u=rwX,go=rX "$work/source"
# The first moment that a zip archive can hold stands for every file's time.
SOURCE_DATE_EPOCH=315532800 pip wheel --no-deps --no-build-isolation --wheel-dir "$out" "$work/source"
