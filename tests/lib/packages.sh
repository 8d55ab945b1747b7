# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's packages for ./test and ./demo; to be sourced. Installs what is missing, nothing else,
# and keeps the services of new packages from starting: keepalived is here only to be a peer in
# namespaces.

PACKAGES_BUILD="gcc libc6-dev binutils meson ninja-build pkg-config python3 libmnl-dev
	libcap-ng-dev libseccomp-dev libjansson-dev nettle-dev libsystemd-dev libcmocka-dev"
PACKAGES_RUN="iproute2 util-linux procps"
PACKAGES_TEST="clang keepalived nftables tshark"
# For tests/system/run: building the packages, and booting systems that they are tried on.
PACKAGES_SYSTEM="debhelper dpkg-dev fakeroot lintian debootstrap systemd-container util-linux"
# For tests/guest/run: a machine with Debian's kernel. That is not installed, only unpacked.
PACKAGES_GUEST="qemu-system-x86 busybox-static kmod"
# For tests/long/run: libFuzzer with its sanitizers, and names in what they report.
PACKAGES_LONG="clang libclang-rt-14-dev llvm"

packages_missing()
{
	local name
	for name in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] ||
			echo "$name"
	done
}

# While this file is there, no maintainer script starts a service.
packages_hold_services()
{
	packages_policy=/usr/sbin/policy-rc.d
	if [ -e "$packages_policy" ]; then
		packages_policy=
		return
	fi
	printf '#!/bin/sh\nexit 101\n' >"$packages_policy"
	chmod 755 "$packages_policy"
}

packages_release_services()
{
	[ -z "$packages_policy" ] || rm -f "$packages_policy"
}

# packages_install NAME...
packages_install()
{
	local missing result=0
	missing=$(packages_missing "$@")
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" != 0 ]; then
		echo "These packages are missing, and only root can install them:" $missing >&2
		return 1
	fi
	echo "Installing" $missing
	packages_hold_services
	{
		apt-get -qq update &&
			DEBIAN_FRONTEND=noninteractive apt-get -qq -o=Dpkg::Use-Pty=0 -y \
				--no-install-recommends install $missing </dev/null >/dev/null
	} || result=1
	packages_release_services
	[ "$result" = 0 ] || echo "apt-get could not install them." >&2
	return "$result"
}
