#!/usr/bin/env bash
# Brings one image to the cluster: rollout.sh OVERLAY DIGEST
# Migrates the database, applies the overlay with that image in it, so that a deploy is one revision, waits, and
# asks from outside.
# Whatever fails after the first change is undone, and the old revision is proved to serve. Fails either way.
. "$(dirname "$0")/lib.sh"

overlay=${1:?usage: rollout.sh OVERLAY DIGEST} digest=${2:?usage: rollout.sh OVERLAY DIGEST}
[ -d "$root/k8s/overlays/$overlay" ] || die "there is no overlay '$overlay'"
is_digest "$digest" || die "'$digest' is not a digest"
new=$IMAGE:$REVISION@$digest
job=coinbreakr-migrate-${REVISION:0:12}-${MIGRATION:-$(date +%s)} # a Job cannot be changed: each deploy has one

image_of() { printf '{.spec.template.spec.containers[?(@.name=="%s")].image}' "$CONTAINER"; }
deployed() { kube get deployment "$DEPLOYMENT" --ignore-not-found --output "jsonpath=$(image_of)"; }
template() { kube get deployment "$DEPLOYMENT" --ignore-not-found --output 'jsonpath={.spec.template}'; }
revision() {
  kube get deployment "$DEPLOYMENT" --ignore-not-found \
    --output 'jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}'
}

# The secret comes from a person; without it no pod could start.
preflight() {
  local keys
  # shellcheck disable=SC2016  # the dollars are the template's
  keys=$(kube get secret coinbreakr-secrets \
    --output 'go-template={{range $key, $_ := .data}}{{$key}}{{"\n"}}{{end}}') ||
    die "there is no secret coinbreakr-secrets in $NAMESPACE: see k8s/README.md"
  for key in mongo-url jwt-secret; do
    grep --quiet --line-regexp "$key" <<<"$keys" || die "the secret coinbreakr-secrets has no $key"
  done
}

render() {
  local folder=$OUT/render
  mkdir -p "$folder"
  cat >"$folder/kustomization.yaml" <<END
resources: [$(realpath --relative-to="$folder" "$root/k8s/overlays/$overlay")]
images:
  - name: $IMAGE
    newTag: $REVISION
    digest: $digest
patches:
  - target:
      kind: Job
      name: coinbreakr-migrate
    patch: |
      - op: replace
        path: /metadata/name
        value: $job
END
  kubectl kustomize "$folder" >"$OUT/manifests.yaml"
  grep --quiet --fixed-strings "image: $new" "$OUT/manifests.yaml" || die "the overlay does not use $IMAGE"
}

# What has no revisions, as it is: each object, a tab, and the patch that brings its spec back.
other_specs() {
  kubectl get --filename "$OUT/manifests.yaml" --ignore-not-found --output json |
    "${PYTHON:-python3}" -c 'import json, sys
found = json.loads(sys.stdin.read() or "{\"items\": []}")
for it in found.get("items", [found]):
    kind, group = it["kind"], it["apiVersion"].rpartition("/")[0]
    if kind != "Deployment" and "spec" in it:
        patch = [{"op": "replace", "path": "/spec", "value": it["spec"]}]
        print(f"{kind.lower()}.{group}".rstrip(".") + "/" + it["metadata"]["name"], json.dumps(patch), sep="\t")'
}

apply() {
  kubectl apply --server-side --force-conflicts --field-manager=coinbreakr-deploy --filename "$OUT/manifests.yaml" \
    --selector "app.kubernetes.io/component$1"
}

# The Job ends by itself: done, failed, or out of its time.
migrated() {
  outcome=$(kube get job "$job" --output 'jsonpath={.status.conditions[?(@.status=="True")].type}') &&
    [[ $outcome =~ Complete|Failed ]]
}

migrate() {
  apply '=before-migration' || return 1
  kubectl create --filename "$OUT/manifests.yaml" --selector app.kubernetes.io/component=migration || return 1
  retry "${MIGRATE_SECONDS:-3700}" migrated || { say "$job does not end" && return 1; }
  kube logs job/"$job" --tail 50 >&2 || true
  [[ $outcome =~ Complete ]] || { report "**The migration failed**: \`$job\`" && return 1; }
}

release() {
  # The way back needs no older schema: indexes and fields are only added.
  [ "${MIGRATE:-yes}" = no ] || migrate || return 1
  apply '!=migration' || return 1
  local applied
  applied=$(template) || return 1
  kube set image "deployment/$DEPLOYMENT" "$CONTAINER=$new" || return 1
  [ "$(template)" = "$applied" ] || { say "set image changed what apply had set: two rollouts" && return 1; }
  kube rollout status "deployment/$DEPLOYMENT" --timeout "${ROLLOUT_TIMEOUT:-10m}" || return 1
  "$root/deploy/smoke.sh" "$REVISION"
}

restore() {
  if [ -z "$old" ]; then
    report "**Failed**, and there is nothing to go back to: this was the first deploy"
    return
  fi
  # The same image with another configuration is a revision too.
  # By number: until the new revision is written down, `undo` alone goes to the one before the old.
  [ "$(template)" = "$before" ] ||
    retry 60 kube rollout undo "deployment/$DEPLOYMENT" --to-revision "${number:-0}"
  while IFS=$'\t' read -r object patch; do
    retry 60 kube patch "$object" --type json --patch "$patch" </dev/null
  done <"$OUT/before"
  kube rollout status "deployment/$DEPLOYMENT" --timeout "${ROLLOUT_TIMEOUT:-10m}"
  [ "$(deployed)" = "$old" ] || die "after the rollback $(deployed) is deployed, not $old"
  local tag=${old%@*}
  "$root/deploy/smoke.sh" "${tag##*:}"
  report "**Failed and rolled back** to \`$old\`, which serves. The next deploy brings the failing commit again: revert it."
}

preflight
render
# One by one: of several assignments in a line only the last may fail.
old=$(deployed)
before=$(template)
number=$(revision)
other_specs >"$OUT/before"
if release; then
  # The registry's clean-up spares what has such a tag.
  gcloud artifacts docker tags add "$IMAGE@$digest" "$IMAGE:deployed-$overlay" --quiet ||
    report "**Warning**: the registry does not know that \`$digest\` is in use, and may delete it when it is old"
  report "**Deployed** \`$new\` to $overlay (before: \`${old:-nothing}\`)"
else
  say "the rollout failed; what the cluster says:"
  kube get pods,events --sort-by=.metadata.creationTimestamp >&2 || true
  restore
  exit 1
fi
