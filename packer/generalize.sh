#!/usr/bin/env bash
# Removes what every machine must have of its own, and what only the build needed.
set -euo pipefail

rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
truncate --size 0 /etc/machine-id
rm -rf /var/lib/apt/lists/* /var/log/apt /root/.cache /root/.bash_history
journalctl --quiet --rotate --vacuum-time=1s
