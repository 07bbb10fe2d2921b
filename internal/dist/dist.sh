#!/bin/sh
# dist.sh FOLDER FORMATS: makes a release of what "make" built: FOLDER/uk-VERSION-linux-amd64.tar.gz and, if FORMATS
# names deb and where there is dpkg-deb, .deb. The command in it carries the kit and needs nothing beside it; uk-archive,
# uk-net and uk-metrics are for archives, --net user and uk metrics. The same sources and tools give the same bytes, in any
# folder and at any time.
set -eu
umask 022
to=${1:?} formats=${2:?}
export CGO_ENABLED=0 TZ=UTC LC_ALL=C
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}"

# archive FILE FOLDER NAME...: FILE is a .tar.gz without what differs from one machine to the next.
archive() {
	file=$1 in=$2; shift 2
	tar -C "$in" --format=ustar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -cf "$file.tar" "$@"
	gzip -9n < "$file.tar" > "$file"
	rm "$file.tar"
}

build() { # build COMMAND [FLAGS...]
	name=$1; shift
	go build -trimpath -buildvcs=auto "$@" -o "$tree/bin/$name" "./cmd/$name"
}

rm -rf "$to/tree"
mkdir -p "$to/tree"
tree=$(cd "$to" && pwd)/tree
own=internal/embeddedkit
archive $own/kit.tar.gz build/kit/x64 .
sha256sum < $own/kit.tar.gz | cut -d' ' -f1 > $own/kit.sha256
(cd build/kit/x64 && find . -type f -printf '%s %P\n' | sort) > $own/kit.files
build uk -tags distkit -ldflags '-s -w -E main.entry'
build uk-archive -ldflags '-s -w'
build uk-net -ldflags '-s -w'
build uk-metrics -ldflags '-s -w'

share=$tree/share
mkdir -p "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d" "$share/doc/uk"
"$tree/bin/uk" man "$share/man/man1"
gzip -9n "$share"/man/man1/*.1
"$tree/bin/uk" completion bash > "$share/bash-completion/completions/uk"
"$tree/bin/uk" completion zsh > "$share/zsh/site-functions/_uk"
"$tree/bin/uk" completion fish > "$share/fish/vendor_completions.d/uk.fish"
cat LICENSE NOTICE > "$share/doc/uk/copyright"
cp -r README.md LICENSE NOTICE CONTRIBUTING.md SPECIFICATION.md docs "$share/doc/uk"

version=$("$tree/bin/uk" version | sed -n '1s/^uk v\{0,1\}//p')
name=uk-$version-linux-amd64
rm -rf "$to/$name" "$to/deb" # of one that was stopped
mv "$tree" "$to/$name"
archive "$to/$name.tar.gz" "$to" "$name"

case " $formats " in
*" deb "*) ;;
*) rm -r "${to:?}/$name"; exit ;;
esac
if command -v dpkg-deb >/dev/null; then
	mkdir -p "$to/deb/DEBIAN" "$to/deb/usr"
	mv "$to/$name/bin" "$to/$name/share" "$to/deb/usr"
	cat > "$to/deb/DEBIAN/control" <<-END
		Package: uk
		Version: $(echo "$version" | sed 's/^\([^0-9]\)/0~\1/')
		Architecture: amd64
		Maintainer: the uk authors <uk@localhost>
		Section: utils
		Priority: optional
		Suggests: qemu-system-x86
		Installed-Size: $(du -k --apparent-size -s "$to/deb/usr" | cut -f1)
		Description: unikernel images of ordinary Linux programs
		 Takes a program as it is, links a kernel that holds what the program needs
		 and nothing else, packs both into an image and runs it under KVM.
	END
	dpkg-deb --root-owner-group -Zxz --build "$to/deb" "$to/$name.deb" >/dev/null
	rm -r "$to/deb"
else
	echo "no dpkg-deb here: no .deb is made" >&2
fi
rm -r "${to:?}/$name"
