package tests

import (
	"os"
	"path/filepath"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
)

// linkRows are programs whose dynamic section or segments are out of the common run (kernel/elf).
func linkRows() []program {
	const parts = "loader/libparts.c"
	told := func(name string, flags ...string) lib {
		return lib{"lib" + name + ".so", parts, append([]string{"-DNAME=\"" + name + "\"", "-DFUNCTION=in_" + name}, flags...)}
	}
	linking := with(beside("libpie.so", compile("gcc", "loader/linking.c",
		[]string{"-Wl,--no-as-needed", "-lfilter", "-lauxiliary", "-lalone", "-ltextrel", "-lone", "-lfirst", "-lthree"},
		lib{"libfiltee.so", parts, []string{"-DFILTEE"}},
		lib{"libfilter.so", parts, []string{"-DFILTER", "-Wl,-F,libfiltee.so"}},
		lib{"libauxiliary.so", parts, []string{"-DAUXILIARY", "-Wl,-f,libfiltee.so"}},
		lib{"libalone.so", parts, []string{"-DALONE", "-Wl,-f,libnothing.so"}},
		lib{"libtextrel.so", parts, []string{"-DTEXTREL", "-Wl,-z,notext"}},
		told("one"), told("first", "-Wl,-z,initfirst"), told("three"), told("stays", "-Wl,-z,nodelete"), told("goes"))),
		"libstays.so", "libgoes.so", "libpie.so")
	malloc := func(flags ...string) builder {
		return compile("gcc", "loader/whosemalloc.c", append([]string{"-Wl,--no-as-needed"}, flags...),
			lib{"libmalloc.so", "loader/libmalloc.c", nil},
			lib{"libold.so", parts, []string{"-DALONE", "-Wl,-soname,libpthread.so.0"}}) // as programs of old name it
	}
	rpath := func(tags string) builder {
		return func(t *testing.T, dir string) string {
			in := func(name string) string { return "-L" + filepath.Join(dir, name) }
			flags := []string{in("plain"), in("lib/x86_64-linux-gnu"), in("braces"), "-Wl,--no-as-needed", "-lplain", "-lword", "-lbraces", "-lneeded",
				"-Wl,-rpath,$ORIGIN/missing:$ORIGIN/plain:$ORIGIN/$LIB:${ORIGIN}/../" + filepath.Base(dir) + "/braces", tags}
			var libs []lib
			for name, folder := range map[string]string{"plain": "plain", "needed": "plain", "word": "lib/x86_64-linux-gnu", "braces": "braces"} {
				if err := os.MkdirAll(filepath.Join(dir, folder), 0o777); err != nil {
					t.Fatal(err)
				}
				l := told(name, "-Wl,-soname,lib"+name+".so")
				l.name = folder + "/" + l.name
				libs = append(libs, l)
			}
			return compile("gcc", "loader/rpath.c", flags, libs...)(t, dir)
		}
	}
	image := uk.Options{Libc: "image"}
	segments := "loader/segments.c"
	return []program{
		{name: "link-dynamic-section", build: linking, tcg: true},
		{name: "link-dynamic-section-image", build: linking, kernel: image},
		{name: "link-malloc-last", build: malloc("-lm", "-lold", "-lmalloc"), tcg: true},
		{name: "link-malloc-last-image", build: malloc("-lm", "-lold", "-lmalloc"), kernel: image},
		{name: "link-malloc-behind-libc", build: malloc("-lc", "-lmalloc")},
		{name: "link-rpath", build: rpath("-Wl,--disable-new-dtags"), tcg: true},
		{name: "link-runpath", build: rpath("-Wl,--enable-new-dtags")},
		{name: "link-runpath-image", build: rpath("-Wl,--enable-new-dtags"), kernel: image},
		{name: "link-segments", build: c(segments), tcg: true},
		{name: "link-segments-nopie", build: c(segments, "-no-pie", "-fno-pie")},
		{name: "link-segments-static", build: c(segments, "-static"), tcg: true},
		{name: "link-segments-staticpie", build: c(segments, "-static-pie")},
		{name: "link-segments-now-image", build: c(segments, "-Wl,-z,now"), env: []string{"LD_BIND_NOW=1"}, kernel: image},
	}
}

// beside builds a program under that name, a position-independent one, in the folder too.
func beside(name string, build builder) builder {
	return func(t *testing.T, dir string) string {
		testenv.Run(t, testenv.MustHave(t, "gcc"), "-w", "-pie", "-fPIE", "-o", filepath.Join(dir, name), source(t, "exit7.c"))
		return build(t, dir)
	}
}
