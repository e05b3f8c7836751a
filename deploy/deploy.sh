#!/usr/bin/env bash
# The whole way of a commit to a cluster, as deploy.yml goes it: deploy.sh [--dry-run] [OVERLAY]
. "$(dirname "$0")/lib.sh"

dry=
if [ "${1:-}" = --dry-run ]; then dry=yes && shift; fi
overlay=${1:-testing} step=start
if [ -n "$dry" ]; then
  [ -d "$root/k8s/overlays/$overlay" ] || die "there is no overlay '$overlay'"
  say "would build $IMAGE:$REVISION, scan it, push it, sign it, and verify that ${SIGNER:-(SIGNER is not set)} has signed it"
  say "would roll it out to $overlay, namespace $NAMESPACE of $(kubectl config current-context || printf 'no cluster'):"
  say "  migrate the database, apply these, wait ${ROLLOUT_TIMEOUT:-10m}, ask for the commit ${SMOKE_COUNT:-10} times; else go back"
  kubectl kustomize "$root/k8s/overlays/$overlay" | sed -n 's/^kind: /  - /p' >&2
  exit
fi
finish() {
  local status=$?
  if [ "$status" -eq 0 ]; then step="done"; else step="FAILED at $step"; fi
  report "deploy of $REVISION to $overlay: $step"
}
trap finish EXIT

for step in build scan push sign; do "$root/deploy/$step.sh"; done
digest=$(cat "$OUT/digest")
step=verify && "$root/deploy/verify.sh" "$digest"
step=rollout && "$root/deploy/rollout.sh" "$overlay" "$digest"
