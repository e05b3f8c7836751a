#!/bin/sh
# Pins every dependency group of pyproject.toml with hashes. The runtime decides for the others.
set -eu
cd "$(dirname "$0")"
compile() { uv pip compile --quiet pyproject.toml --generate-hashes --no-emit-index-url --no-header --python-version 3.11 "$@"; }
compile -o requirements.txt
for extra in embedded release test lint; do
    compile --extra "$extra" --constraint requirements.txt -o "requirements-$extra.txt"
done
