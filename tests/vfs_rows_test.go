package tests

// vfsRows ask the calls on files for what Linux documents and its file systems answer, compared with the host's tmpfs.
func vfsRows() []program {
	return []program{
		{name: "vfs-openat2", build: c("vfs/openat2.c"), tcg: true},
		{name: "vfs-opath", build: c("vfs/opath.c"), tcg: true},
		{name: "vfs-opath-static", build: c("vfs/opath.c", "-static")},
		{name: "vfs-names", build: c("vfs/names.c"), tcg: true},
		{name: "vfs-names-static", build: c("vfs/names.c", "-static")},
		{name: "vfs-args", build: c("vfs/args.c"), tcg: true},
		{name: "vfs-args-static", build: c("vfs/args.c", "-static")},
		{name: "vfs-peek-off", build: c("vfs/peek_off.c"), tcg: true},
		{name: "vfs-inotify-names", build: c("vfs/inotify_names.c"), tcg: true},
		{name: "vfs-ranges", build: c("vfs/ranges.c"), tcg: true},
		{name: "vfs-ranges-static", build: c("vfs/ranges.c", "-static")},
	}
}
