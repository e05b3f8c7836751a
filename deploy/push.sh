#!/usr/bin/env bash
# Pushes the very image that was scanned and proves that the registry has it; its digest goes to $OUT/digest.
. "$(dirname "$0")/lib.sh"

[ -s "$OUT/image.id" ] || die "nothing is built: run build.sh and scan.sh first"
id=$(docker image inspect --format '{{.Id}}' "$IMAGE:$REVISION")
[ "$id" = "$(cat "$OUT/image.id")" ] || die "$IMAGE:$REVISION is not the image that was scanned"
# Not as a credential helper: what attests the provenance reads only what a login leaves.
gcloud auth print-access-token |
  docker login --username oauth2accesstoken --password-stdin "${IMAGE%%/*}"
docker push "$IMAGE:$REVISION"
digest=$(docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$IMAGE:$REVISION" |
  sed -n "s|^$IMAGE@||p" | head -n 1)
is_digest "$digest" || die "docker tells no digest of $IMAGE:$REVISION"
images verify --image "$IMAGE" --tag "$REVISION" --digest "$digest"
printf '%s\n' "$digest" >"$OUT/digest"
output digest "$digest"
report "Pushed \`$IMAGE@$digest\`"
