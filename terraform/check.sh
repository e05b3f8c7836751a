#!/usr/bin/env bash
# Formats (only checks), validates and tests a root without any account: check.sh ROOT...
# With COINBREAKR_TERRAFORM_CHECK it hands the roots to that program, which has a provider without a network.
set -euo pipefail

[ $# -gt 0 ] || { echo 'usage: check.sh ROOT...' >&2 && exit 2; }
if [ -n "${COINBREAKR_TERRAFORM_CHECK:-}" ]; then exec "$COINBREAKR_TERRAFORM_CHECK" "$@"; fi
for root in "$@"; do
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  cp -R "$root/." "$copy"
  terraform -chdir="$copy" fmt -check -recursive
  terraform -chdir="$copy" init -backend=false -input=false
  terraform -chdir="$copy" validate
  terraform -chdir="$copy" test
  rm -rf "$copy"
done
