#!/usr/bin/env bash
# Makes a Debian 12 machine serve the API at its next boot, from what Packer has put into /tmp/coinbreakr.
# A second run changes nothing. The only network it uses is apt's.
set -euo pipefail

machine=/tmp/coinbreakr/machine files=/tmp/coinbreakr/files home=/opt/coinbreakr
export DEBIAN_FRONTEND=noninteractive
umask 022

(cd "$machine" && sha256sum --check --quiet SHA256SUMS)

# The first boot runs apt by itself, and two at a time cannot. The timers are back at the next boot.
systemctl stop apt-daily.timer apt-daily-upgrade.timer
systemd-run --quiet --wait --property='After=apt-daily.service apt-daily-upgrade.service' /bin/true

apt() { apt-get -qq -o DPkg::Lock::Timeout=300 "$@" >/dev/null; }
apt update
apt upgrade -y --with-new-pkgs --no-install-recommends # a new kernel is a new package
apt install -y --no-install-recommends python3 python3-venv ca-certificates unattended-upgrades \
  nginx-light libnginx-mod-http-headers-more-filter
systemctl disable --quiet --now nginx.service # Debian's own, with its own site on port 80
apt purge -y --auto-remove gcc make
apt clean

getent group coinbreakr >/dev/null || groupadd --gid 10001 coinbreakr
getent passwd coinbreakr >/dev/null ||
  useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin coinbreakr

# The environment is made anew when anything in it is another, and is never changed.
if ! cmp --quiet "$machine/SHA256SUMS" "$home/SHA256SUMS"; then
  rm -rf "$home" && mkdir "$home"
  installer=$(mktemp -d)
  python3 -m venv "$installer"
  python3 -m venv --without-pip "$home/venv"
  pip() { "$installer/bin/pip" --python "$home/venv/bin/python" --quiet --no-cache-dir --disable-pip-version-check "$@"; }
  pip install --no-index --find-links "$machine/wheels" --no-deps --require-hashes -r "$machine/requirements.txt"
  pip install --no-index --no-deps "$machine"/wheels/coinbreakr-*.whl
  rm -rf "$installer"
  install -m 0644 "$machine/gunicorn.conf.py" "$machine/nginx.conf" "$home"
  install -m 0644 "$machine/SHA256SUMS" "$home" # last: now it is whole
fi

put() { cmp --quiet "$2" "$3" && [ "$(stat -c %a "$3")" = "$1" ] || install -D -m "$1" "$2" "$3"; }
put 755 "$files/coinbreakr-environment" /usr/local/lib/coinbreakr/coinbreakr-environment
put 644 "$files/coinbreakr-environment.service" /etc/systemd/system/coinbreakr-environment.service
for unit in coinbreakr coinbreakr-migrate coinbreakr-front; do
  put 644 "$files/$unit.service" "/etc/systemd/system/$unit.service"
done
put 644 "$files/journald.conf" /etc/systemd/journald.conf.d/coinbreakr.conf
put 644 "$files/unattended-upgrades" /etc/apt/apt.conf.d/52coinbreakr
systemctl daemon-reload
for unit in coinbreakr coinbreakr-front; do
  systemctl is-enabled --quiet "$unit.service" || systemctl enable --quiet "$unit.service"
done
rm -rf /tmp/coinbreakr
