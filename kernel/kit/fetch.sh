#!/bin/sh
# fetch.sh NAME DIR: leaves the pinned source tarball of NAME (musl, lwip) in DIR and prints its path.
#
# kernel/NAME/NAME.version pins it. MUSL_SRC=FILE (LWIP_SRC=FILE) takes a tarball at hand. Otherwise the Debian
# source package is downloaded through the machine's own apt sources: a private configuration in
# DIR/apt is derived from them with deb-src in the place of deb, so neither the
# machine's configuration nor its package lists change, and root is not needed.
# Only the original source is taken. Debian's package of musl 1.2.3-1 carries no patches, and those of
# lwip 2.1.3 are for parts that are not used here (PPP, lwIP's own sockets and threads).
set -eu
name=$1
dir=$2
. "$(cd "$(dirname "$0")" && pwd)/../$name/$name.version"
upper=$(echo "$name" | tr a-z A-Z)
of() { eval "echo \"\${${upper}_$1:-}\""; }
version=$(of VERSION) package=$(of PACKAGE) file=$(of TARBALL) sha256=$(of SHA256) at_hand=$(of SRC)
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
tarball=$dir/$file

# check FILE: true if it is the pinned tarball.
check() { echo "$sha256  $1" | sha256sum --check --status 2>/dev/null; }

if [ -n "$at_hand" ]; then
	check "$at_hand" || {
		echo "$at_hand: not $name $version (sha256 should be $sha256): point ${upper}_SRC at $file, or unset it" >&2
		exit 1
	}
	cp "$at_hand" "$tarball.tmp"
	mv "$tarball.tmp" "$tarball"
	echo "$tarball"
	exit
fi
if [ -f "$tarball" ] && check "$tarball"; then
	echo "$tarball"
	exit
fi
command -v apt-get >/dev/null || {
	echo "fetch.sh: no apt-get on this machine: download $file and set ${upper}_SRC to it" >&2
	exit 1
}

apt=$dir/apt
rm -rf "$apt"
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/parts"
# One-line style: "deb [options] uri suite components".
for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
	[ -f "$f" ] && sed -n 's/^[[:space:]]*deb\([[:space:]]\)/deb-src\1/p' "$f" > "$apt/parts/$(basename "$f" .list).list"
done
# deb822 style: "Types: deb" or "Types: deb deb-src".
for f in /etc/apt/sources.list.d/*.sources; do
	[ -f "$f" ] && sed 's/^[Tt]ypes:.*/Types: deb-src/' "$f" > "$apt/parts/$(basename "$f")"
done
# Other vendors' sources only cost time; drop them if Debian's can be told apart.
if grep -qi debian "$apt"/parts/*; then
	for f in "$apt"/parts/*; do grep -qi debian "$f" || rm "$f"; done
fi
run() {
	apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$apt/parts" \
		-o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o Acquire::Languages=none \
		-o APT::Sandbox::User="$(id -un)" "$@"
}
fail() {
	tail -n 3 "$apt/log" >&2
	echo "fetch.sh: $1: check the network and /etc/apt/sources.list*, or set ${upper}_SRC to $file" >&2
	exit 1
}
# A source that has no deb-src index must not stop the others, so only the download counts.
run update > "$apt/log" 2>&1 || true
(cd "$apt" && run source --download-only "$package") >> "$apt/log" 2>&1 ||
	fail "cannot download the source package $package"
check "$apt/$file" || fail "$file as downloaded has the wrong sha256"
mv "$apt/$file" "$tarball"
rm -rf "$apt"
echo "$tarball"
