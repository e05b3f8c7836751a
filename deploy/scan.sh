#!/usr/bin/env bash
# Scans what build.sh saved. Fails on a HIGH or CRITICAL finding that has a fix.
# Leaves $OUT/trivy.sarif and the bill of materials, $OUT/sbom.cdx.json and $OUT/sbom.spdx.json, whether it fails or not.
. "$(dirname "$0")/lib.sh"

scan() { trivy --quiet image --input "$OUT/image.tar" "$@"; }

scan --format sarif --output "$OUT/trivy.sarif"
scan --format cyclonedx --output "$OUT/sbom.cdx.json"
scan --format spdx-json --output "$OUT/sbom.spdx.json"
scan --scanners vuln,secret,misconfig --severity HIGH,CRITICAL --ignore-unfixed --exit-code 1 --format table
report "Scanned: no HIGH or CRITICAL finding that has a fix"
