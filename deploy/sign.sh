#!/usr/bin/env bash
# Signs the pushed digest and attaches its bill of materials, with the identity of whoever runs this.
. "$(dirname "$0")/lib.sh"

digest=$(cat "$OUT/digest")
is_digest "$digest" || die "nothing is pushed: run push.sh first"
cosign sign --yes "$IMAGE@$digest"
cosign attest --yes --type cyclonedx --predicate "$OUT/sbom.cdx.json" "$IMAGE@$digest"
report "Signed \`$digest\`"
