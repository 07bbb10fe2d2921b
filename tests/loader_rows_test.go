package tests

// loaderRows are programs that show the in-kernel dynamic linker beside ld.so
// (kernel/elf): copies of libc's variables, thread-local storage, dlopen().
func loaderRows() []program {
	image := lib{"libtlsimage.so", "loader/libtlsimage.c", nil}
	descriptors := lib{"libtlsimage.so", "loader/libtlsimage.c", []string{"-mtls-dialect=gnu2"}}
	late := compile("gcc", "loader/tlslate.c", []string{"-pthread"},
		lib{"libgd.so", "loader/libtlslate.c", nil},
		lib{"libdesc.so", "loader/libtlslate.c", []string{"-mtls-dialect=gnu2"}},
		lib{"libie.so", "loader/libtlslate.c", []string{"-ftls-model=initial-exec"}})
	scopes := compile("gcc", "loader/scopes.c", []string{"-rdynamic"},
		lib{"libring2.so", "loader/libring2.c", nil},
		lib{"libring1.so", "loader/libring1.c", []string{"-Wl,--no-as-needed", "-lring2"}},
		lib{"libring2.so", "loader/libring2.c", []string{"-Wl,--no-as-needed", "-lring1"}},
		lib{"libuser.so", "loader/libuser.c", nil})
	return []program{
		{name: "loader-copyvars-pie", build: c("loader/copyvars.c"), tcg: true},
		{name: "loader-copyvars-nopie", build: c("loader/copyvars.c", "-no-pie", "-fno-pie")},
		{name: "loader-tlsimage", build: compile("gcc", "loader/tlsimage.c", []string{"-pthread", "-ltlsimage"}, image), tcg: true},
		{name: "loader-tlsimage-nopie", build: compile("gcc", "loader/tlsimage.c", []string{"-pthread", "-no-pie", "-ltlsimage"}, image)},
		{name: "loader-tlsimage-gnu2", build: compile("gcc", "loader/tlsimage.c", []string{"-pthread", "-ltlsimage"}, descriptors)},
		{name: "loader-tlslate", build: with(late, "libgd.so", "libdesc.so", "libie.so"), tcg: true},
		{name: "loader-scopes", build: with(scopes, "libring1.so", "libring2.so", "libuser.so"), env: []string{"LD_LIBRARY_PATH=."}},
	}
}
