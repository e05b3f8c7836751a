#!/usr/bin/env bash
# Fails unless $SIGNER has signed the digest: verify.sh DIGEST
. "$(dirname "$0")/lib.sh"

digest=${1:?usage: verify.sh DIGEST}
is_digest "$digest" || die "'$digest' is not a digest"
cosign verify --certificate-identity "${SIGNER:?the workflow or person who must have signed}" \
  --certificate-oidc-issuer "${SIGNER_ISSUER:-https://token.actions.githubusercontent.com}" \
  "$IMAGE@$digest" >"$OUT/signature.json"
report "Verified: \`$digest\` is signed by $SIGNER"
