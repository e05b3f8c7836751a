#!/usr/bin/env bash
# Rolls the machines of one environment to one image, or back: fleet.sh [--dry-run] plan|apply ENVIRONMENT IMAGE_NAME
# plan changes nothing, needs no right to write, and leaves $OUT/ENVIRONMENT.tfplan, in PLAN_STORE too where that is set.
# apply applies that very plan: it refuses another than PLAN_DIGEST, and one that is older than PLAN_HOURS. It returns when
# every machine runs the image and the commit in its name serves; else it goes back and fails.
. "$(dirname "$0")/lib.sh"

dry=
if [ "${1:-}" = --dry-run ]; then dry=yes && shift; fi
usage='usage: fleet.sh [--dry-run] plan|apply ENVIRONMENT IMAGE_NAME'
action=${1:?$usage} environment=${2:?$usage} image=${3:?$usage}
[[ $action =~ ^(plan|apply)$ ]] || die "$usage"
[[ $environment =~ ^(staging|production)$ ]] || die "fleets serve staging or production, not '$environment'"
[[ $image =~ ^coinbreakr-[a-z0-9-]*[0-9a-f]{40}$ ]] || die "'$image' is not named coinbreakr-... and after its commit"

if [ -n "$dry" ]; then
  say "would $action the fleet of $environment in project $PROJECT to $image, from the state of $environment.gcs.tfbackend"
  [ "$action" = plan ] ||
    say "would apply the plan ${PLAN_DIGEST:-(PLAN_DIGEST is not set)}, ask for ${image: -40}, and go back if it does not serve"
  exit
fi

tf() { terraform -chdir="$root/terraform/mig" "$@"; }
commit_of() { printf '%s' "${1: -40}"; }

family=$(gcloud compute images describe "$image" --project "$PROJECT" --format 'value(family)') ||
  die "there is no image $image"
[ "$family" = "coinbreakr-$environment-family" ] || die "$image is of $family, not of $environment"

plan=$OUT/$environment.tfplan
digest_of() { sha256sum "$1" | cut -d ' ' -f 1; }

make_plan() {
  tf plan -input=false "${@:2}" -var-file="$environment.tfvars" -var "image_name=$1" -out="$plan"
}

# The plan that was looked at, or nothing.
reviewed() {
  : "${PLAN_DIGEST:?the digest that fleet.sh plan told}"
  if [ -n "${PLAN_STORE:-}" ]; then
    gcloud storage cp "$PLAN_STORE/$PLAN_DIGEST.tfplan" "$plan" --project "$PROJECT" || die "there is no plan $PLAN_DIGEST"
  fi
  [ -s "$plan" ] || die "there is no plan: run fleet.sh plan first"
  [ "$(digest_of "$plan")" = "$PLAN_DIGEST" ] || die "the plan is not $PLAN_DIGEST, which was reviewed"
  local made=${PLANNED:-$(stat --format %Y "$plan")}
  [ "$(($(date +%s) - made))" -lt "$((${PLAN_HOURS:-6} * 3600))" ] || die "the plan is older than ${PLAN_HOURS:-6} hours: plan again"
  # Terraform itself refuses a plan of another state.
  tf show -json "$plan" | "${PYTHON:-python3}" -c 'import json, sys
name = json.load(sys.stdin)["variables"]["image_name"]["value"]
sys.exit(name != sys.argv[1] and f"error: the plan is for {name}")' "$1"
}

# A managed group replaces machine after machine; terraform waits for the last one.
roll() {
  local url
  tf apply -input=false -lock-timeout=5m "$plan" && url=$(tf output -raw url) &&
    SMOKE_URL=$url "$root/deploy/smoke.sh" "$(commit_of "$1")"
}

tf init -input=false -reconfigure -backend-config="$environment.gcs.tfbackend"
# No image yet is not the same as a state that cannot be read, which must end here.
old=$(tf output -json | "${PYTHON:-python3}" -c 'import json, sys
print(json.load(sys.stdin).get("image", {}).get("value", ""))')
if [ "$action" = plan ]; then
  make_plan "$image" -lock=false # whoever only reads cannot lock
  digest=$(digest_of "$plan")
  [ -z "${PLAN_STORE:-}" ] || gcloud storage cp "$plan" "$PLAN_STORE/$digest.tfplan" --project "$PROJECT"
  output digest "$digest"
  output planned "$(date +%s)"
  report "Planned: $environment from \`${old:-nothing}\` to \`$image\`, PLAN_DIGEST \`$digest\`"
  exit
fi
reviewed "$image" || die "only the plan that was reviewed is applied"
if roll "$image"; then
  report "**Rolled** $environment to \`$image\` (before: \`${old:-nothing}\`)"
elif [[ $old =~ ^coinbreakr-.*[0-9a-f]{40}$ ]] && [ "$old" != "$image" ]; then
  { make_plan "$old" -lock-timeout=5m && roll "$old"; } || die "neither $image nor $old serves $environment: look now"
  report "**Failed and rolled back** $environment to \`$old\`, which serves"
  exit 1
else
  report "**Failed**, and there is no image before \`$image\` to go back to"
  exit 1
fi
