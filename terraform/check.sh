#!/usr/bin/env bash
# Formats (only checks), validates and tests a root without any account: check.sh ROOT...
# With COINBREAKR_TERRAFORM_CHECK it hands the roots to that program, which has a provider without a network.
set -euo pipefail

[ $# -gt 0 ] || { echo 'usage: check.sh ROOT...' >&2 && exit 2; }
if [ -n "${COINBREAKR_TERRAFORM_CHECK:-}" ]; then exec "$COINBREAKR_TERRAFORM_CHECK" "$@"; fi
for root in "$@"; do
  if [ -n "${COINBREAKR_NOTHING_SKIPPED:-}" ] && [ ! -s "$root/.terraform.lock.hcl" ]; then
    echo "$root has no lock of its providers. Make and commit it, where registry.terraform.io answers:" >&2
    echo "terraform -chdir=$root providers lock -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_arm64" >&2
    exit 1
  fi
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  cp -R "$root/." "$copy"
  terraform -chdir="$copy" fmt -check -recursive
  terraform -chdir="$copy" init -backend=false -input=false
  terraform -chdir="$copy" validate
  terraform -chdir="$copy" test
  rm -rf "$copy"
done
