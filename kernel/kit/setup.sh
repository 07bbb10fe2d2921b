#!/bin/sh
# setup.sh [run|test]: installs what this machine lacks to build and run (run),
# or to run every test as well (test, the default). For Debian 12; silent and
# quick when nothing is missing. Uses sudo if not root.
set -eu
umask 022 # what is installed is for every user
what=${1:-test}
go_wanted=1.26
PATH=/usr/local/lib/uk-go/bin:$PATH:/usr/local/go/bin

say() { echo "setup: $*"; }
die() { echo "setup: $*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing=
need() { # need PACKAGE COMMAND-OR-FILE
	case $2 in
	/*) [ -e "$2" ] || missing="$missing $1" ;;
	*) has "$2" || missing="$missing $1" ;;
	esac
}
need gcc gcc
need libc6-dev /usr/include/stdio.h
need binutils ld
need make make
need xz-utils xz
need ca-certificates /etc/ssl/certs/ca-certificates.crt
# Without KVM images run under QEMU; the tests use it as the judge of the architecture.
kvm=
[ -r /dev/kvm ] && [ -w /dev/kvm ] && kvm=1
[ "$what$kvm" = run1 ] || need qemu-system-x86 qemu-system-x86_64
if [ "$what" = test ]; then
	# Toolchains and programs that the tests put into images.
	need g++ g++
	need rustc rustc
	need musl-tools musl-gcc
	need lua5.4 lua5.4
	need busybox-static /usr/share/doc/busybox-static
	need cpio cpio
	need zstd zstd
	need gdb gdb
	need socat socat
	need iproute2 ip
	need iputils-ping ping
	need tzdata /usr/share/zoneinfo/America/New_York
	need netbase /etc/services
	need libcrypt-dev /usr/include/crypt.h
	# Allocators that take the place of libc's.
	need libjemalloc2 /usr/lib/x86_64-linux-gnu/libjemalloc.so.2
	need libtcmalloc-minimal4 /usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4
	need libmimalloc2.0 /usr/lib/x86_64-linux-gnu/libmimalloc.so.2
	need python3 /usr/bin/python3
	# Its own tests, which run in guests as well.
	need python3.11 /usr/bin/python3.11
	need libpython3.11-testsuite /usr/lib/python3.11/test/test_array.py
	need sqlite3 sqlite3
	need git git
	need strace strace
	need groff-base groff
	need tcpdump tcpdump
	need e2fsprogs /sbin/debugfs
	# Firmware that boots disk images, and tools that judge them.
	need ovmf /usr/share/OVMF/OVMF_CODE_4M.fd
	need qemu-utils qemu-img
	need dosfstools /sbin/fsck.fat
	need mtools mcopy
	need gdisk /sbin/sgdisk
	need xorriso xorriso
	need genisoimage genisoimage
	need sbsigntool sbsign
	need openssl openssl
	# Servers of apps/, and clients of theirs.
	need redis-server redis-server
	need nginx /usr/sbin/nginx
	need memcached memcached
	need haproxy /usr/sbin/haproxy
	need dnsmasq-base /usr/sbin/dnsmasq
	need nodejs node
	need iperf3 iperf3
	need curl curl
	need libsqlite3-dev /usr/include/sqlite3.h
fi

can_install() { [ "$(id -u)" = 0 ] || has sudo; }
# Where there is KVM for other users, the right to it saves the emulator.
instead_of_qemu() {
	[ "$what" = run ] && [ -z "$kvm" ] && [ -e /dev/kvm ] || return 0
	case $missing in *qemu*) echo "; or add this user to the group kvm: /dev/kvm is there, and QEMU is not needed then" ;; esac
}

# go_new_enough GO: it can build this module, itself or by fetching the right toolchain.
go_new_enough() {
	v=$("$1" env GOVERSION 2>/dev/null) || return 1
	v=${v#go1.}
	v=${v%%[!0-9]*}
	[ "${v:-0}" -ge 21 ] # from 1.21 on, go fetches the toolchain that go.mod asks for
}
go=
has go && go_new_enough go && go=go
if [ -z "$go" ] && ! has go; then
	missing="$missing golang-go"
fi

if [ -n "$missing" ]; then
	has apt-get || die "missing:$missing: install them (this script knows Debian's apt-get only)"
	can_install || die "missing:$missing: run kernel/kit/setup.sh $what as root, or install sudo$(instead_of_qemu)"
	say "installing$missing"
	log=$(mktemp)
	# What is installed are programs for images: none is to be started as a service of this machine.
	policy=/usr/sbin/policy-rc.d
	if [ -e $policy ]; then
		policy=
	else
		printf '#!/bin/sh\nexit 101\n' | root tee $policy >/dev/null
		root chmod +x $policy
	fi
	{ root apt-get -qq update &&
		root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $missing; } > "$log" 2>&1 </dev/null || {
		tail -n 5 "$log" >&2
		rm -f "$log"
		[ -z "$policy" ] || root rm -f $policy
		die "apt-get could not install$missing: check the network and /etc/apt/sources.list*"
	}
	[ -z "$policy" ] || root rm -f $policy
	rm -f "$log"
fi

# Debian 12's own go is too old to fetch toolchains by itself, so ask it for
# the toolchain's module, which is what newer ones do. Files of a module are
# not executable: mark the programs.
if [ -z "$go" ] && ! { has go && go_new_enough go; }; then
	can_install || die "Go 1.21 or newer is needed: run kernel/kit/setup.sh $what as root, or install Go in /usr/local/go"
	say "fetching Go $go_wanted with the Go module proxy"
	tmp=$(mktemp -d)
	trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
	module=golang.org/toolchain@v0.0.1-go$go_wanted.0.linux-amd64
	(cd "$tmp" && GOPATH=$tmp GOFLAGS=-modcacherw go mod download "$module") || die "cannot fetch $module: check the network and GOPROXY"
	chmod +x "$tmp/pkg/mod/$module"/bin/* $(find "$tmp/pkg/mod/$module/pkg/tool" -type f)
	root rm -rf /usr/local/lib/uk-go
	root cp -r "$tmp/pkg/mod/$module" /usr/local/lib/uk-go
fi
