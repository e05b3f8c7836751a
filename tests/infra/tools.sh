#!/usr/bin/env bash
# Installs, on Debian or Ubuntu, what the checks of the delivery use besides Python: tools.sh quick|all
# Terraform, Packer, Trivy, actionlint and kubectl come from their makers; make infra tells what is still missing.
set -euo pipefail

# program:package
quick='systemd-analyze:systemd promtool:prometheus nginx:nginx-light'
all="$quick buildah:buildah podman:podman runc:runc netavark:netavark aardvark-dns:aardvark-dns
  debootstrap:debootstrap debian-archive-keyring:debian-archive-keyring systemd-nspawn:systemd-container
  ssh:openssh-client haproxy:haproxy wrk:wrk"
case ${1:-all} in
  quick) wanted=$quick ;;
  all) wanted=$all ;;
  *) echo 'usage: tools.sh quick|all' >&2 && exit 2 ;;
esac

packages=()
for pair in $wanted; do
  command -v "${pair%:*}" >/dev/null || packages+=("${pair#*:}")
done
# nginx's module is no program; it brings nginx where that is missing.
[ -e /usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so ] ||
  packages+=(libnginx-mod-http-headers-more-filter)
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get -qq update
$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${packages[@]}" >/dev/null
# Some start a server of their own, on ports that the rehearsals use.
for unit in prometheus haproxy nginx; do
  if [ -d /run/systemd/system ] && systemctl cat "$unit" >/dev/null 2>&1; then
    $sudo systemctl disable --now --quiet "$unit"
  fi
done
