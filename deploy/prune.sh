#!/usr/bin/env bash
# Reports what the registry holds that nobody needs; prune.sh --apply deletes it.
# What any kept ReplicaSet runs counts as deployed, because a rollback goes there.
. "$(dirname "$0")/lib.sh"

kube get replicasets --output "jsonpath={range .items[*]}{.spec.template.spec.containers[?(@.name==\"$CONTAINER\")].image}{'\n'}{end}" |
  images prune --image "$IMAGE" --deployed - "$@"
