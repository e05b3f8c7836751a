#!/usr/bin/env bash
# Removes what every machine must have of its own, and what only the build needed.
set -euo pipefail

rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
truncate --size 0 /etc/machine-id
rm -f /var/lib/dbus/machine-id # else systemd takes its id from here
rm -f /var/lib/systemd/random-seed /var/lib/systemd/credential.secret
rm -f ~root/.ssh/authorized_keys /home/*/.ssh/authorized_keys # of the build
rm -rf /var/lib/apt/lists/* /var/log/apt ~root/.cache ~root/.bash_history
journalctl --quiet --rotate --vacuum-time=1s
