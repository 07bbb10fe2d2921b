#!/bin/sh
# base.sh REVISION: builds another revision of this repository in build/base, unless it is there, and prints its folder.
set -eu
commit=$(git rev-parse --verify --quiet "$1^{commit}") || { echo "base.sh: $1 is no revision of this repository" >&2; exit 1; }
dir=$PWD/build/base/$commit
if [ ! -e "$dir/built" ]; then
	rm -rf "$dir"
	mkdir -p "$dir"
	git archive "$commit" | tar -x -C "$dir"
	for name in musl lwip; do # sources that were fetched already
		mkdir -p "$dir/build/$name"
		cp build/$name/*.tar.* "$dir/build/$name/" 2>/dev/null || true
	done
	echo "building $1 in build/base" >&2
	make -C "$dir" all >&2
	touch "$dir/built"
fi
echo "$dir"
