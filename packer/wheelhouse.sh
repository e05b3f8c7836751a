#!/usr/bin/env bash
# Gathers in dist/machine what provisioning installs without a network: the wheel of the service, the wheels that
# requirements.txt pins, and the configurations of gunicorn and nginx. All the same as the container's.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
out=${WHEELHOUSE:-$root/dist/machine}
rm -rf "$out"
mkdir -p "$out/wheels"
"$root/services/wheel.sh" "$out/wheels"
python3 -m pip --quiet --disable-pip-version-check download --no-deps --only-binary :all: \
  --python-version 3.11 --require-hashes --requirement "$root/services/requirements.txt" --dest "$out/wheels"
cp "$root/services/requirements.txt" "$root/services/gunicorn.conf.py" "$root/services/nginx.conf" "$out"
sums=$(cd "$out" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
printf '%s\n' "$sums" >"$out/SHA256SUMS"
