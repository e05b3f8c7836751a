#!/usr/bin/env bash
# Rolls the machines of one environment to one image, or back: fleet.sh plan|apply ENVIRONMENT IMAGE_NAME
# apply returns when every machine runs the image and the commit in its name serves; else it goes back and fails.
. "$(dirname "$0")/lib.sh"

usage='usage: fleet.sh plan|apply ENVIRONMENT IMAGE_NAME'
action=${1:?$usage} environment=${2:?$usage} image=${3:?$usage}
[[ $action =~ ^(plan|apply)$ ]] || die "$usage"
[[ $environment =~ ^(staging|production)$ ]] || die "fleets serve staging or production, not '$environment'"
[[ $image =~ ^coinbreakr-[a-z0-9-]*[0-9a-f]{40}$ ]] || die "'$image' is not named coinbreakr-... and after its commit"

tf() { terraform -chdir="$root/terraform/mig" "$@"; }
commit_of() { printf '%s' "${1: -40}"; }

family=$(gcloud compute images describe "$image" --project "$PROJECT" --format 'value(family)') ||
  die "there is no image $image"
[ "$family" = "coinbreakr-$environment-family" ] || die "$image is of $family, not of $environment"

make_plan() {
  tf plan -input=false -lock-timeout=5m -var-file="$environment.tfvars" -var "image_name=$1" -out=tfplan
}

# A managed group replaces machine after machine; terraform waits for the last one.
roll() {
  local url
  make_plan "$1" && tf apply -input=false -lock-timeout=5m tfplan && url=$(tf output -raw url) &&
    SMOKE_URL=$url "$root/deploy/smoke.sh" "$(commit_of "$1")"
}

tf init -input=false -reconfigure -backend-config="$environment.gcs.tfbackend"
# No image yet is not the same as a state that cannot be read, which must end here.
old=$(tf output -json | "${PYTHON:-python3}" -c 'import json, sys
print(json.load(sys.stdin).get("image", {}).get("value", ""))')
if [ "$action" = plan ]; then
  make_plan "$image"
  report "Planned: $environment from \`${old:-nothing}\` to \`$image\`"
elif roll "$image"; then
  report "**Rolled** $environment to \`$image\` (before: \`${old:-nothing}\`)"
elif [[ $old =~ ^coinbreakr-.*[0-9a-f]{40}$ ]] && [ "$old" != "$image" ]; then
  roll "$old" || die "neither $image nor $old serves $environment: look now"
  report "**Failed and rolled back** $environment to \`$old\`, which serves"
  exit 1
else
  report "**Failed**, and there is no image before \`$image\` to go back to"
  exit 1
fi
