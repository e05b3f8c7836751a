#!/usr/bin/env bash
# Builds the machine image of one commit for one environment from what packer/wheelhouse.sh gathered: machine.sh ENVIRONMENT
# Then deletes all of its family but the newest KEEP_IMAGES and those that an instance template names.
. "$(dirname "$0")/lib.sh"

environment=${1:?usage: machine.sh ENVIRONMENT}
[[ $environment =~ ^(staging|production)$ ]] || die "fleets serve staging or production, not '$environment'"
name=coinbreakr-$environment-$REVISION family=coinbreakr-$environment-family
wheelhouse=${WHEELHOUSE:-$root/dist/machine}

exists() { gcloud compute images describe "$1" --project "$PROJECT" --format 'value(name)' >/dev/null 2>&1; }

# An answer that does not come must not look like nothing to do.
unused() {
  local used all image
  used=$(gcloud compute instance-templates list --project "$PROJECT" \
    --format 'value(properties.disks[0].initializeParams.sourceImage.basename())') || return 1
  all=$(gcloud compute images list --project "$PROJECT" --no-standard-images --filter "family=$family" \
    --sort-by '~creationTimestamp' --format 'value(name)') || return 1
  for image in $(tail -n "+$((${KEEP_IMAGES:-10} + 1))" <<<"$all"); do
    grep --quiet --line-regexp --fixed-strings "$image" <<<"$used" || printf '%s\n' "$image"
  done
}

if exists "$name"; then
  say "$name is there already: an image is built once"
else
  committed services packer || die "services/ or packer/ is not what $REVISION has"
  (cd "$wheelhouse" && sha256sum --check --quiet SHA256SUMS) || die "run packer/wheelhouse.sh first"
  packer init "$root/packer"
  packer build -color=false -only=googlecompute.api -var "project_id=$PROJECT" -var "environment=$environment" \
    -var "revision=$REVISION" -var "wheelhouse=$wheelhouse" "$root/packer"
  exists "$name" || die "packer ended well but there is no $name"
fi
old=$(unused)
for image in $old; do
  gcloud compute images delete "$image" --project "$PROJECT" --quiet
done
output image_name "$name"
report "Image \`$name\` is in \`$family\`; bring it to the machines with the workflow Fleet"
