#!/usr/bin/env bash
# Reports what the registry holds that nobody needs; prune.sh --apply deletes it.
# What a ReplicaSet or a kept release runs counts as deployed, because a rollback goes there.
. "$(dirname "$0")/lib.sh"

kept_releases >"$OUT/releases.json"
releases images <"$OUT/releases.json" >"$OUT/deployed"
kube get replicasets --output "jsonpath={range .items[*]}{.spec.template.spec.containers[?(@.name==\"$CONTAINER\")].image}{'\n'}{end}" >>"$OUT/deployed"
grep . "$OUT/deployed" | images prune --image "$IMAGE" --deployed - "$@"
