#!/usr/bin/env bash
# Proves from outside that REVISION serves: SMOKE_COUNT healthy answers in a row, all of that commit.
# Asks the address of the load balancer, or SMOKE_URL. No address in time is a failure.
. "$(dirname "$0")/lib.sh"

revision=${1:-$REVISION}
is_revision "$revision" || die "'$revision' is not a full commit"

address() {
  ip=$(kube get service "$DEPLOYMENT" --output 'jsonpath={.status.loadBalancer.ingress[0].ip}') && [ -n "$ip" ]
}

healthy() { # each on a connection of its own, so that each may reach another pod
  local body
  body=$(curl --fail --silent --max-time 5 "$url/v1/healthz") && [[ $body == *"+$revision\""* ]]
}

in_a_row() {
  local n
  for ((n = 1; n <= ${SMOKE_COUNT:-10}; n++)); do healthy || return 1; done
}

url=${SMOKE_URL:-}
if [ -z "$url" ]; then
  retry "${ADDRESS_SECONDS:-300}" address || die "the load balancer got no address"
  url=http://$ip
fi
retry "${SMOKE_SECONDS:-120}" in_a_row || die "$url does not serve $revision"
report "Serving: $url answers ${SMOKE_COUNT:-10} times in a row with $revision"
