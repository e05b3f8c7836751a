#!/usr/bin/env bash
# Cancels the runs of a workflow on a branch that have not ended, and waits until they have: stop.sh WORKFLOW BRANCH
# Needs gh, and GH_TOKEN with the right to write actions. What a deploy had begun, the rollback after this puts right.
. "$(dirname "$0")/lib.sh"

workflow=${1:?usage: stop.sh WORKFLOW BRANCH} branch=${2:?usage: stop.sh WORKFLOW BRANCH}

running() {
  gh run list --workflow "$workflow" --branch "$branch" --limit 50 --json databaseId,status \
    --jq '.[] | select(.status != "completed") | .databaseId'
}

none() { left=$(running) && [ -z "$left" ]; }

stopped=$(running)
for run in $stopped; do
  # It may have ended meanwhile, which the list will tell.
  gh run cancel "$run" || say "run $run does not take it"
done
if ! retry "${STOP_SECONDS:-90}" none; then
  for run in $left; do gh api --method POST "repos/{owner}/{repo}/actions/runs/$run/force-cancel" || say "run $run goes on"; done
  retry "${STOP_SECONDS:-90}" none || die "still running: $left"
fi
report "Cancelled before the rollback: ${stopped:-no deploy was running}"
