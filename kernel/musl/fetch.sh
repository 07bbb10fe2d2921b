#!/bin/sh
# fetch.sh DIR: leaves musl's pinned source tarball in DIR and prints its path.
#
# MUSL_SRC=FILE takes a tarball at hand. Otherwise the Debian source package is
# downloaded through the machine's own apt sources: a private configuration in
# DIR/apt is derived from them with deb-src in the place of deb, so neither the
# machine's configuration nor its package lists change, and root is not needed.
# Debian's package carries no patches against the original source (version
# 1.2.3-1), so the original tarball is all there is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/musl.version"
dir=$1
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
tarball=$dir/$MUSL_TARBALL

# check FILE: true if it is the pinned tarball.
check() { echo "$MUSL_SHA256  $1" | sha256sum --check --status 2>/dev/null; }

if [ -n "${MUSL_SRC:-}" ]; then
	check "$MUSL_SRC" || {
		echo "$MUSL_SRC: not musl $MUSL_VERSION (sha256 should be $MUSL_SHA256): point MUSL_SRC at $MUSL_TARBALL, or unset it" >&2
		exit 1
	}
	cp "$MUSL_SRC" "$tarball.tmp"
	mv "$tarball.tmp" "$tarball"
	echo "$tarball"
	exit
fi
if [ -f "$tarball" ] && check "$tarball"; then
	echo "$tarball"
	exit
fi
command -v apt-get >/dev/null || {
	echo "fetch.sh: no apt-get on this machine: download $MUSL_TARBALL and set MUSL_SRC to it" >&2
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
	echo "fetch.sh: $1: check the network and /etc/apt/sources.list*, or set MUSL_SRC to $MUSL_TARBALL" >&2
	exit 1
}
# A source that has no deb-src index must not stop the others, so only the download counts.
run update > "$apt/log" 2>&1 || true
(cd "$apt" && run source --download-only "$MUSL_PACKAGE") >> "$apt/log" 2>&1 ||
	fail "cannot download the source package $MUSL_PACKAGE"
check "$apt/$MUSL_TARBALL" || fail "$MUSL_TARBALL as downloaded has the wrong sha256"
mv "$apt/$MUSL_TARBALL" "$tarball"
rm -rf "$apt"
echo "$tarball"
