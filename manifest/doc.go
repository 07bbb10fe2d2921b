// Package manifest reads the list of what an image holds and how its program runs.
//
// The grammar of the [manifest] section is that of OSv's usr.manifest, one rule
// a line, a colon and a space between the guest's path and the host's:
//
//	/usr/lib/x.so: build/x.so       a file; a link on the host is followed
//	/usr/lib/y.so: !build/y.so      a link on the host stays a link
//	/etc/mnttab: ->/proc/mounts     a link in the image
//	/tmp: ../static                 an empty directory, since the host's path is one
//	/usr/share/**: share/**         the files of a tree
//	/&/etc/hosts: ../static/&       /etc/hosts: ../static/etc/hosts
//	/lib/z.so: %(libdir)s/z.so      a variable; %% is a percent sign
//	/app: ${MODULE_DIR}/app         likewise; MODULE_DIR is the manifest's folder
//
// A line whose first character is # is a comment. A later rule for the same
// guest path replaces an earlier one in its place. Lines before the first
// section header belong to [manifest]. Three more sections say the rest, as
// "key = value" lines; see [App], [Kernel] and [FileRule]:
//
//	[app]
//	command = /app --port 80 "two words"
//	env = HOME=/tmp
//	memory = 64M
//	mounts = /dev/vdb /data iso9660 ro
//	[kernel]
//	profile = virtio-mmio
//	drivers = virtio_blk virtio_console=m
//	[files]
//	/etc/key = mode=0600 owner=33:33
//
// OSv's tools fail at these sections. Where each of their lines starts with
// #uk and a space they are comments to OSv, and one file serves both; such lines
// may stand anywhere:
//
//	#uk [app]
//	#uk command = /app --port 80
//	/app: build/app
//
// A section [DEFAULT] sets variables, as "name = value"; -D goes before it.
//
// Where this package departs from OSv's scripts it is to make the same input
// give the same image, or to say what they pass over: trees are listed in order
// of name; shared objects are packed as they are, not stripped; a guest path
// without its leading slash gets one; a file and a directory of one name, links
// that loop, and host paths that are missing are errors. "/dir/**: !host/**",
// which means nothing to OSv, keeps a tree's links and empty directories.
//
// Trust: a manifest may be hostile; reading one gives an [Error], never a panic,
// and reads no other file. [Manifest.Expand] looks at the host's files that it
// names, and runs nothing.
package manifest
