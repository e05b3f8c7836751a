#!/usr/bin/env bash
# The whole way of a commit to a cluster, as deploy.yml goes it: deploy.sh [OVERLAY]
. "$(dirname "$0")/lib.sh"

overlay=${1:-testing} step=start
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
