package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"uk.example"
)

// longArguments are 12,000 short ones and long ones, some of them of the longest kind, with
// bytes that a command line would have to quote; longEnvironment takes what is left of 2 MB.
func longArguments() []string {
	var args []string
	for i := range 12000 {
		args = append(args, fmt.Sprint("argument ", i))
	}
	for range 6 {
		args = append(args, strings.Repeat("\x01 \"\\\n\xff", (128<<10)/6)+"x")
	}
	return append(args, "")
}

func longEnvironment() []string {
	var env []string
	for i := range 6 {
		env = append(env, fmt.Sprintf("V%d=%s", i, strings.Repeat("environment ", 10000)))
	}
	return append(env, "LAST="+strings.Repeat("=", 128<<10-6))
}

// loaderRows are programs that show the in-kernel dynamic linker beside ld.so
// (kernel/elf): copies of libc's variables, thread-local storage, dlopen().
func loaderRows() []program {
	plain := lib{"libtlsimage.so", "loader/libtlsimage.c", nil}
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
	nested := compile("gcc", "loader/execstack.c", []string{"-DPLAIN", "-pthread"}, lib{"libnested.so", "loader/libnested.c", nil})
	order := compile("gcc", "loader/selfopen.c", []string{"-Wl,--no-as-needed", "-lfirst", "-lsecond"},
		lib{"libthird.so", "loader/libselfopen.c", []string{"-DNAME=third"}},
		lib{"libfourth.so", "loader/libselfopen.c", []string{"-DNAME=fourth", "-Wl,--no-as-needed", "-lthird"}},
		lib{"libsecond.so", "loader/libselfopen.c", []string{"-DNAME=second"}},
		lib{"libfirst.so", "loader/libselfopen.c", []string{"-DNAME=first", "-DSEE=libsecond.so", "-DNEW=libfourth.so"}})
	versions := compile("gcc", "loader/versions.c", []string{"-Wl,--no-as-needed", "-lstub"},
		lib{"libver.so", "loader/libver.c", []string{"-Wl,--version-script=programs/loader/libver.map"}},
		lib{"libstub.so", "loader/libver.c", []string{"-DSTUB", "-Wl,-soname,libver.so"}})
	flags := compile("gcc", "loader/dlflags.c", []string{"-rdynamic"},
		lib{"libdeep.so", "loader/libdeep.c", nil}, lib{"libneedy.so", "loader/libneedy.c", nil},
		lib{"libunused.so", "loader/libneedy.c", []string{"-DNOBODY"}})
	notLibraries := func(build builder) builder {
		return func(t *testing.T, dir string) string {
			for name, text := range map[string]string{"libtext.so": strings.Repeat("This is no library.\n", 100), "libshort.so": "\x7fEL"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			return build(t, dir)
		}
	}
	kindFlags := []string{"-Wl,-init,kinds_init", "-Wl,-fini,kinds_fini", "-Wl,-z,pack-relative-relocs"}
	kinds := func(flags ...string) builder {
		return with(compile("gcc", "loader/kinds.c", append(flags, "-lkinds", "-pthread"),
			lib{"libkinds.so", "loader/libkinds.c", kindFlags}, lib{"liblater.so", "loader/libkinds.c", kindFlags}), "libkinds.so", "liblater.so")
	}
	unique := func(flags ...string) builder {
		return with(compile("g++", "loader/unique.cc", flags,
			lib{"libfirst.so", "loader/unique.cc", []string{"-DLIBRARY", "-lstdc++"}}, lib{"libsecond.so", "loader/unique.cc", []string{"-DLIBRARY", "-lstdc++"}}),
			"libfirst.so", "libsecond.so")
	}
	ifuncOrder := func(flags ...string) builder { // libopened.so is libtop.so, but for who opens it
		top := []string{"-DTOP", "-Wl,--no-as-needed", "-luser"}
		return with(compile("gcc", "loader/ifuncorder.c", flags,
			lib{"libchooser.so", "loader/ifuncorder.c", []string{"-DCHOOSER"}},
			lib{"libuser.so", "loader/ifuncorder.c", []string{"-DUSER", "-Wl,--no-as-needed", "-lchooser"}},
			lib{"libtop.so", "loader/ifuncorder.c", top},
			lib{"libopened.so", "loader/ifuncorder.c", append(top, "-lchooser")}),
			"libchooser.so", "libuser.so", "libtop.so", "libopened.so")
	}
	image := uk.Options{Libc: "image"}
	parts := func(flags ...string) builder { return c("loader/parts.c", flags...) }
	return []program{
		{name: "loader-parts", build: parts()},
		{name: "loader-parts-ifunc", build: parts("-DIFUNC"), tcg: true},
		{name: "loader-parts-tls", build: parts("-DTLS", "-fPIE", "-mtls-dialect=gnu2"), tcg: true},
		{name: "loader-parts-tls-pic", build: parts("-DTLS", "-fPIC", "-Wl,--no-relax")},
		{name: "loader-parts-text", build: parts("-DTEXT", "-Wl,-z,notext"), tcg: true},
		{name: "loader-parts-relr", build: parts("-Wl,-z,pack-relative-relocs"), tcg: true},
		{name: "loader-parts-sysv", build: parts("-Wl,--hash-style=sysv", "-rdynamic"), tcg: true},
		{name: "loader-execstack", build: c("loader/execstack.c"), tcg: true},
		{name: "loader-execstack-static", build: c("loader/execstack.c", "-static")},
		{name: "loader-execstack-image", build: c("loader/execstack.c"), kernel: image},
		{name: "loader-execstack-dlopen", build: with(nested, "libnested.so"), tcg: true},
		{name: "loader-execstack-dlopen-image", build: with(nested, "libnested.so"), kernel: image},
		{name: "loader-smash", build: c("loader/smash.c", "-fstack-protector-all"), status: 134, tcg: true},
		{name: "loader-smash-thread", build: c("loader/smash.c", "-fstack-protector-all"), args: []string{"thread"}, status: 134},
		{name: "loader-smash-static", build: c("loader/smash.c", "-fstack-protector-all", "-static"), status: 134},
		{name: "loader-smash-image", build: c("loader/smash.c", "-fstack-protector-all"), status: 134, kernel: image},
		{name: "loader-map32bit", build: c("loader/map32bit.c"), tcg: true},
		{name: "loader-map32bit-static", build: c("loader/map32bit.c", "-static")},
		{name: "loader-dlflags", build: notLibraries(with(flags, "libdeep.so", "libneedy.so", "libunused.so", "libtext.so", "libshort.so")), tcg: true},
		{name: "loader-kinds", build: kinds(), tcg: true},
		{name: "loader-ifuncorder", build: ifuncOrder("-Wl,--no-as-needed", "-ltop", "-lchooser"), tcg: true},
		{name: "loader-ifuncorder-dlopen", build: ifuncOrder("-DLATE")},
		{name: "loader-kinds-nopie", build: kinds("-no-pie", "-fno-pie")},
		{name: "loader-unique", build: unique()},
		{name: "loader-unique-exported", build: unique("-DUSES", "-rdynamic")},
		{name: "loader-auxv", build: c("loader/auxv.c")},
		{name: "loader-auxv-static", build: c("loader/auxv.c", "-static"), tcg: true},
		{name: "loader-auxv-image", build: c("loader/auxv.c"), kernel: image},
		{name: "loader-versions", build: with(versions, "libver.so")},
		{name: "loader-selfopen", build: with(order, "libfirst.so", "libsecond.so", "libthird.so", "libfourth.so")},
		{name: "loader-go-pie-internal", build: golang("go/files", false, "-buildmode=pie"), args: []string{"x"}, stdin: "1\n"},
		{name: "loader-longargs", build: c("loader/longargs.c"), args: longArguments(), env: longEnvironment(), tcg: true},
		{name: "loader-longargs-module", build: c("loader/longargs.c"), args: longArguments(), env: longEnvironment(), memory: 32 * mb, tcg: true,
			kernel: uk.Options{Profile: "base"}},
		{name: "loader-copyvars-pie", build: c("loader/copyvars.c"), tcg: true},
		{name: "loader-copyvars-nopie", build: c("loader/copyvars.c", "-no-pie", "-fno-pie")},
		{name: "loader-tlsimage", build: compile("gcc", "loader/tlsimage.c", []string{"-pthread", "-ltlsimage"}, plain), tcg: true},
		{name: "loader-tlsimage-nopie", build: compile("gcc", "loader/tlsimage.c", []string{"-pthread", "-no-pie", "-ltlsimage"}, plain)},
		{name: "loader-tlsimage-gnu2", build: compile("gcc", "loader/tlsimage.c", []string{"-pthread", "-ltlsimage"}, descriptors)},
		{name: "loader-tlslate", build: with(late, "libgd.so", "libdesc.so", "libie.so"), tcg: true},
		{name: "loader-scopes", build: with(scopes, "libring1.so", "libring2.so", "libuser.so"), env: []string{"LD_LIBRARY_PATH=."}},
	}
}
