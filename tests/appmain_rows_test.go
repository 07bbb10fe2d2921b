package tests

import (
	"path/filepath"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
)

// withMain builds a program for the host and, of the same source, a shared object with a main() for the guest.
func withMain(driver, src string, flags []string, libs ...lib) builder {
	return func(t *testing.T, dir string) string {
		compile(driver, src, append([]string{"-rdynamic"}, flags...), libs...)(t, dir)
		out := filepath.Join(dir, "app.so")
		testenv.Run(t, testenv.MustHave(t, driver), append([]string{"-w", "-O1", "-shared", "-fPIC", "-o", out, source(t, src), "-L" + dir, "-Wl,-rpath,$ORIGIN"}, flags...)...)
		return out
	}
}

// appMainRows are shared objects that are started as programs, as most of OSv's applications are: the guest
// calls their main(), and all else is as for the program that the host runs.
func appMainRows() []program {
	dep := lib{"libdep.so", "appmain/dep.c", nil}
	words := []string{"one", "two words", ""}
	host := func(args ...string) func(string) []string {
		return func(dir string) []string { return append([]string{filepath.Join(dir, "prog")}, args...) }
	}
	needed := []string{"-Wl,--no-as-needed", "-ldep", "-pthread"}
	row := program{name: "appmain", build: withMain("gcc", "appmain/app.c", needed, dep), host: host(words...), args: words,
		env: []string{"APP_A=a", "APP_B=b c"}, status: 42, tcg: true}
	image := row
	image.name, image.kernel = "appmain-image", uk.Options{Libc: "image"}
	cxx := program{name: "appmain-cxx", build: withMain("g++", "appmain/app.cc", nil), host: host("here"), args: []string{"here"}, status: 5}
	cxxImage := cxx
	cxxImage.name, cxxImage.kernel = "appmain-cxx-image", uk.Options{Libc: "image"}
	musl := program{name: "appmain-musl", build: withMain("musl-gcc", "appmain/plain.c", nil), host: host("x"), args: []string{"x"}, status: 3}
	muslImage := musl
	muslImage.name, muslImage.kernel = "appmain-musl-image", uk.Options{Libc: "image"}
	return []program{row, image, cxx, cxxImage, musl, muslImage}
}
