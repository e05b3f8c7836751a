#!/usr/bin/env bash
# Builds the image of one commit: $IMAGE:$REVISION, saved as $OUT/image.tar with its id in $OUT/image.id.
. "$(dirname "$0")/lib.sh"

committed services || die "services/ is not what $REVISION has: commit first"
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$root/services/coinbreakr/__init__.py")
# One manifest for each build, because the registry counts them: how it was built is attested apart.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 docker build ${PYTHON_IMAGE:+--build-arg "PYTHON_IMAGE=$PYTHON_IMAGE"} \
  --build-arg "REVISION=$REVISION" --build-arg "VERSION=$version" --build-arg "SOURCE=${SOURCE:-}" \
  --tag "$IMAGE:$REVISION" "$root/services"
docker image inspect --format '{{.Id}}' "$IMAGE:$REVISION" >"$OUT/image.id"
docker save --output "$OUT/image.tar" "$IMAGE:$REVISION"
report "Built \`$IMAGE:$REVISION\`, $(cat "$OUT/image.id")"
