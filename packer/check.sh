#!/usr/bin/env bash
# Formats (only checks) and validates the machine image's build, with the real plugin where Packer can fetch it.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
packer fmt -check "$here"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -R "$here/." "$copy"
if packer init -help >/dev/null 2>&1; then
  packer init "$copy"
else # before 1.7 the plugin was part of Packer, and the block that asks for it is not understood
  rm "$copy/plugins.pkr.hcl"
fi
packer validate -only=googlecompute.api -var-file="$copy/ci.pkrvars.hcl" "$copy"
echo 'packer: 2 checks, 0 failed'
