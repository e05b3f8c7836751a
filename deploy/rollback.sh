#!/usr/bin/env bash
# Goes back, the same way as forward: rollback.sh OVERLAY [COMMIT]
# Without a commit, to the newest release in the registry that is older than the deployed one.
. "$(dirname "$0")/lib.sh"

overlay=${1:?usage: rollback.sh OVERLAY [COMMIT]} commit=${2:-}
if [ -z "$commit" ]; then
  current=$(kube get deployment "$DEPLOYMENT" \
    --output "jsonpath={.spec.template.spec.containers[?(@.name==\"$CONTAINER\")].image}")
  digest=$(images rollback-target --image "$IMAGE" --deployed "${current##*@}" --releases-only)
  commit=$(images show --image "$IMAGE" --json "$digest" |
    "${PYTHON:-python3}" -c 'import json, re, sys
print(*[tag for tag in json.load(sys.stdin)["tags"] if re.fullmatch("[0-9a-f]{40}", tag)][:1])')
else
  is_revision "$commit" || die "'$commit' is not a full commit"
  digest=$(images resolve --image "$IMAGE" "$commit")
fi
is_revision "$commit" || die "$digest has no commit as its tag"
say "back to $commit, $digest"
"$root/deploy/verify.sh" "$digest"
MIGRATE=no REVISION=$commit "$root/deploy/rollout.sh" "$overlay" "$digest"
