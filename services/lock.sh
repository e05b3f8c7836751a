#!/bin/sh
# Pins every dependency group of pyproject.toml with hashes. The runtime decides for the others.
set -eu
cd "$(dirname "$0")"
compile() { uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 "$@"; }
compile pyproject.toml -o requirements.txt
sed -n 's/^requires = \["\(.*\)"\]$/\1/p' pyproject.toml | compile --no-annotate - -o requirements-build.txt
for extra in embedded release test lint; do
    compile pyproject.toml --extra "$extra" --constraint requirements.txt -o "requirements-$extra.txt"
done
for group in audit infra; do
    compile --group "$group" -o "requirements-$group.txt"
done
