#!/usr/bin/env bash
# Installs, on Debian or Ubuntu, what the checks of the delivery use besides Python: tools.sh quick|all
# Terraform, Packer, Trivy and kubectl come from elsewhere; make infra tells what is still missing.
set -euo pipefail

packages=(systemd prometheus)
case ${1:-all} in
  quick) ;;
  all)
    packages+=(buildah podman runc netavark aardvark-dns containernetworking-plugins uidmap fuse-overlayfs)
    packages+=(debootstrap systemd-container openssh-client haproxy wrk)
    ;;
  *) echo 'usage: tools.sh quick|all' >&2 && exit 2 ;;
esac
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get -qq update
$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${packages[@]}" >/dev/null
