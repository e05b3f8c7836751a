#!/usr/bin/env bash
# Brings one image to the cluster: rollout.sh OVERLAY DIGEST
# Migrates the database, applies the overlay with that image in it, so that a deploy is one revision, waits, asks from
# outside, and keeps the manifests of what was proved in the ConfigMap coinbreakr-releases.
# Whatever fails is explained, and the last release that was proved is applied again and proved. Fails either way.
# From rollback.sh: MANIFESTS, of a release that is kept; RELEASE, its number, or nothing for one that is not kept.
. "$(dirname "$0")/lib.sh"

overlay=${1:?usage: rollout.sh OVERLAY DIGEST} digest=${2:?usage: rollout.sh OVERLAY DIGEST}
[ -d "$root/k8s/overlays/$overlay" ] || die "there is no overlay '$overlay'"
is_digest "$digest" || die "'$digest' is not a digest"
new=$IMAGE:$REVISION@$digest
job=coinbreakr-migrate-${REVISION:0:12}-${MIGRATION:-$(date +%s)} # a Job cannot be changed: each deploy has one
manifests=$OUT/manifests.yaml before=$OUT/before

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
  local folder=$OUT/render source=${K8S:-$root/k8s}/overlays/$overlay
  if [ -n "${MANIFESTS:-}" ]; then
    cp "$MANIFESTS" "$manifests"
  else
    mkdir -p "$folder"
    cat >"$folder/kustomization.yaml" <<END
resources: [$(realpath --relative-to="$folder" "$source")]
images:
  - name: $IMAGE
    newTag: "$REVISION"
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
    kubectl kustomize "$folder" >"$manifests"
  fi
  grep --quiet --fixed-strings "image: $new" "$manifests" || die "the manifests do not use $new"
}

# The objects of some manifests, as they are.
live() { kubectl get --filename "$1" --ignore-not-found --show-managed-fields --output "${2:-json}"; }

# What somebody else has set in our objects would never go: it becomes ours, and the next apply decides about it.
adopt() {
  local object patch patches
  patches=$(live "$manifests" | fields adopt) || return 1
  while IFS=$'\t' read -r object patch; do
    [ -z "$object" ] || kube patch "$object" --type json --patch "$patch" </dev/null || return 1
  done <<<"$patches"
}

# Where a failure goes back to: the last release that was proved. A cluster from before there were releases has none;
# there it is what the last deploy applied.
remember() {
  local last
  kept_releases >"$OUT/releases.json"
  last=$(releases last "$before" <"$OUT/releases.json")
  read -r _ old _ <<<"$last"
  if [ -z "$old" ]; then
    old=$(deployed)
    live "$manifests" | fields owned >"$before"
  fi
}

# apply FILE SELECTOR: all of our fields have one owner, so that a field that is in the file no more goes.
apply() {
  kubectl apply --server-side --force-conflicts --field-manager=coinbreakr-deploy --filename "$1" \
    --selector "app.kubernetes.io/component$2"
}

# The Job ends by itself: done, failed, or out of its time.
migrated() {
  outcome=$(kube get job "$job" --output 'jsonpath={.status.conditions[?(@.status=="True")].type}') &&
    [[ $outcome =~ Complete|Failed ]]
}

migrate() {
  apply "$manifests" '=before-migration' || return 1
  kubectl create --filename "$manifests" --selector app.kubernetes.io/component=migration || return 1
  retry "${MIGRATE_SECONDS:-3700}" migrated || { say "$job does not end" && return 1; }
  kube logs job/"$job" --tail 50 >&2 || true
  [[ $outcome =~ Complete ]] || { report "**The migration failed**: \`$job\`" && return 1; }
}

release() {
  # The way back needs no older schema: indexes and fields are only added.
  [ "${MIGRATE:-yes}" = no ] || migrate || return 1
  apply "$manifests" '!=migration' || return 1
  kube rollout status "deployment/$DEPLOYMENT" --timeout "${ROLLOUT_TIMEOUT:-10m}" || return 1
  "$root/deploy/smoke.sh" "$REVISION"
}

# The proof: what rollback.sh goes back to.
keep() {
  kept_releases >"$OUT/releases.json" || return 1
  if [ -n "${RELEASE:-}" ]; then
    releases again "$RELEASE" <"$OUT/releases.json" >"$OUT/kept.json" || return 1
  else
    releases add "$new" "$manifests" ${BACK:+back} <"$OUT/releases.json" >"$OUT/kept.json" || return 1
  fi
  kubectl apply --server-side --force-conflicts --field-manager=coinbreakr-releases --filename "$OUT/kept.json"
}

# The registry's clean-up spares what has such a tag: as many as there are releases to go back to.
mark() {
  local slot
  slot=$(releases last /dev/null <"$OUT/kept.json" | cut -d ' ' -f 3)
  gcloud artifacts docker tags add "$IMAGE@$digest" "$IMAGE:deployed-$overlay-$slot" --quiet
}

# What is there and is not in the manifests that were applied: whoever deploys cannot delete.
left() {
  local there
  there=$(live "$1" name | sort) || return 0
  comm -23 <(printf '%s\n' "$there") <(live "$2" name | sort) | grep --invert-match --extended-regexp '^(configmap/|job|$)' |
    while read -r object; do report "**Left**: \`$object\` is in no manifest now; a person deletes it"; done
}

restore() {
  if [ -z "$old" ]; then
    report "**Failed**, and there is nothing to go back to: this was the first deploy"
    return
  fi
  retry 60 apply "$before" '!=migration'
  kube rollout status "deployment/$DEPLOYMENT" --timeout "${ROLLOUT_TIMEOUT:-10m}"
  [ "$(deployed)" = "$old" ] || die "after the rollback $(deployed) is deployed, not $old"
  local tag=${old%@*}
  "$root/deploy/smoke.sh" "${tag##*:}"
  left "$manifests" "$before" >&2 || true
  report "**Failed and rolled back** to \`$old\`, which serves. The next deploy brings the failing commit again: revert it."
}

preflight
render
retry "${ADOPT_SECONDS:-30}" adopt || die "the objects in the cluster change while they are read: nothing was deployed"
remember
if release; then
  retry "${KEEP_SECONDS:-60}" keep || die "$new serves, but is not kept as a release: a rollback could not find it. Deploy it again"
  mark || report "**Warning**: the registry does not know that \`$digest\` is in use, and may delete it when it is old"
  [ -z "$old" ] || left "$before" "$manifests" >&2 || true
  report "**Deployed** \`$new\` to $overlay (before: \`${old:-nothing}\`)"
else
  "$root/deploy/explain.sh" "$job" >&2 || true
  restore
  exit 1
fi
