# shellcheck shell=bash
# Names and helpers of the scripts in this folder; each sources it first.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${PROJECT:=coinbreakr}" "${REGION:=us-central1}" "${REPOSITORY:=coinbreakr-testing}"
: "${IMAGE:=$REGION-docker.pkg.dev/$PROJECT/$REPOSITORY/services}"
: "${NAMESPACE:=coinbreakr}" "${DEPLOYMENT:=coinbreakr-api}" "${CONTAINER:=api}"
: "${OUT:=$root/dist/deploy}"
REVISION=${REVISION:-$(git -C "$root" rev-parse HEAD)}

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*" && exit 1; }

# A fact for later jobs of the same workflow.
output() { if [ -n "${GITHUB_OUTPUT:-}" ]; then printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; fi; }

# A line of the report that stays with the workflow's run.
report() { say "$*" && if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then printf '%s\n' "$*" >>"$GITHUB_STEP_SUMMARY"; fi; }

# Whatever ends a script early leaves a line in the report.
finish_report() { local status=$?; [ "$status" = 0 ] || report "**FAILED**: $(basename "$0")"; }
trap finish_report EXIT

# What of the repository goes into an image is what the commit has, and nothing besides.
committed() {
  git -C "$root" diff --quiet "$REVISION" -- "$@" &&
    [ -z "$(git -C "$root" ls-files --others --exclude-standard -- "$@")" ]
}

is_revision() { [[ $1 =~ ^[0-9a-f]{40}$ ]]; }
is_digest() { [[ $1 =~ ^sha256:[0-9a-f]{64}$ ]]; }

# Waits for a command to succeed: retry SECONDS COMMAND...
retry() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep "${RETRY_PAUSE:-5}"
  done
}

kube() { kubectl --namespace "$NAMESPACE" "$@"; }
images() { PYTHONPATH="$root/services" "${PYTHON:-python3}" -m release images "$@"; }

fields() { "${PYTHON:-python3}" "$root/deploy/fields.py" "$@"; }
releases() { "${PYTHON:-python3}" "$root/deploy/releases.py" "$@"; }
pods() { "${PYTHON:-python3}" "$root/deploy/pods.py" "$@"; }

# What was proved, as deploy/releases.py reads it, and what is deployed.
kept_releases() { kube get configmap coinbreakr-releases --ignore-not-found --output json; }
deployed() {
  kube get deployment "$DEPLOYMENT" --ignore-not-found \
    --output "jsonpath={.spec.template.spec.containers[?(@.name==\"$CONTAINER\")].image}"
}

is_revision "$REVISION" || die "REVISION must be a full commit, not '$REVISION'"
mkdir -p "$OUT"
