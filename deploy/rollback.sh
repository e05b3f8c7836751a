#!/usr/bin/env bash
# Goes back, the same way as forward: rollback.sh OVERLAY [COMMIT]
# To the manifests and the configuration of that release, not to today's with an older image. Without a commit, to the
# last release before the deployed one that was proved. A commit that is not kept any more is rendered from git.
. "$(dirname "$0")/lib.sh"

overlay=${1:?usage: rollback.sh OVERLAY [COMMIT]} commit=${2:-}
[ -z "$commit" ] || is_revision "$commit" || die "'$commit' is not a full commit"
kept_releases >"$OUT/releases.json"
if [ -n "$commit" ]; then
  found=$(releases commit "$commit" "$OUT/release.yaml" <"$OUT/releases.json")
else
  current=$(deployed)
  found=$(releases before "$current" "$OUT/release.yaml" <"$OUT/releases.json")
  [ -n "$found" ] || die "no release before '$current' was proved and kept: name a commit"
fi
read -r number image _ <<<"$found"
if [ -n "$found" ]; then
  digest=${image##*@} tag=${image%@*}
  commit=${tag##*:}
  export MANIFESTS=$OUT/release.yaml RELEASE=$number
else
  rm -rf "$OUT/commit" && mkdir -p "$OUT/commit"
  git -C "$root" archive --format tar --output "$OUT/commit.tar" "$commit" k8s || die "git does not have $commit: fetch it"
  tar -x -f "$OUT/commit.tar" -C "$OUT/commit"
  digest=$(images resolve --image "$IMAGE" "$commit")
  export K8S=$OUT/commit/k8s BACK=yes
fi
is_digest "$digest" || die "'$digest' is not a digest"
report "Back to \`$commit\`, \`$digest\`${number:+, release $number}"
"$root/deploy/verify.sh" "$digest"
MIGRATE=no REVISION=$commit "$root/deploy/rollout.sh" "$overlay" "$digest"
