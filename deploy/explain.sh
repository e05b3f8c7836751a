#!/usr/bin/env bash
# Tells what a failed rollout looks like, here and in the report of the run: explain.sh [JOB]
# Pods with what holds them up, the last events, the last lines of the containers that fail. Changes nothing.
. "$(dirname "$0")/lib.sh"

text=$OUT/explained
section() { printf '\n%s\n' "$1" && shift && "$@" 2>&1 || printf '(no answer)\n'; }
# kubectl sorts one kind at a time.
events() { kube get events --sort-by=.metadata.creationTimestamp | tail -n "${EVENTS:-15}"; }

logs() {
  local pod container previous
  while read -r pod container previous; do
    section "Last lines of $pod, container $container${previous:+, before it was restarted}:" \
      kube logs "$pod" --container "$container" --tail "${LINES_OF_LOG:-20}" ${previous:+--previous} </dev/null
  done < <(pods failing <"$OUT/pods.json")
}

kube get pods --output json >"$OUT/pods.json" || printf '{}' >"$OUT/pods.json"
{
  [ -z "${1:-}" ] || printf 'The migration is the Job %s.\n' "$1"
  section 'Pods:' pods tell <"$OUT/pods.json"
  section 'Last events:' events
  logs
} >"$text"
# A line of a log could end the block.
report "<details><summary>What the cluster says</summary>

\`\`\`text
$(sed 's/```/'"'''"'/g' "$text")
\`\`\`

</details>"
