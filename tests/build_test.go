package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"uk.example/internal/testenv"
)

// source returns the absolute path of a file below tests/programs.
func source(t *testing.T, name string) string {
	t.Helper()
	p, err := filepath.Abs(filepath.Join("programs", name))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// lib is a shared library that is built beside a program.
type lib struct {
	name  string   // libplug.so
	src   string   // plug.c
	flags []string // such as the libraries it needs itself
}

type builder = func(t *testing.T, dir string) string

// compile builds programs/src with a compiler driver, after its libraries.
func compile(driver, src string, flags []string, libs ...lib) builder {
	return func(t *testing.T, dir string) string {
		cc := testenv.MustHave(t, driver)
		for _, l := range libs {
			args := []string{"-w", "-O1", "-shared", "-fPIC", "-o", filepath.Join(dir, l.name), "-Wl,-soname," + l.name, source(t, l.src), "-L" + dir, "-Wl,-rpath,$ORIGIN"}
			testenv.Run(t, cc, append(args, l.flags...)...)
		}
		out := filepath.Join(dir, "prog")
		args := []string{"-w", "-O1", "-o", out, source(t, src)}
		if len(libs) > 0 {
			args = append(args, "-L"+dir, "-Wl,-rpath,$ORIGIN", "-Wl,-rpath-link,"+dir)
		}
		testenv.Run(t, cc, append(args, flags...)...)
		return out
	}
}

// c builds a C program as most are: a dynamic position-independent executable.
func c(src string, flags ...string) builder {
	return compile("gcc", src, append(flags, "-pthread", "-lm"))
}

func cxx(src string, flags ...string) builder {
	return compile("g++", src, append(flags, "-std=c++17", "-pthread"))
}

func musl(src string, flags ...string) builder {
	return func(t *testing.T, dir string) string {
		out := filepath.Join(dir, "prog")
		testenv.Run(t, testenv.MustHave(t, "musl-gcc"), append([]string{"-w", "-O1", "-o", out, source(t, src)}, flags...)...)
		return out
	}
}

func golang(pkg string, cgo bool, flags ...string) builder {
	return func(t *testing.T, dir string) string {
		out := filepath.Join(dir, "prog")
		cmd := exec.Command(testenv.MustHave(t, "go"), append(append([]string{"build", "-o", out}, flags...), source(t, filepath.Join(pkg, "main.go")))...)
		cmd.Env = append(os.Environ(), "GO111MODULE=off", "GOFLAGS=", "CGO_ENABLED=0")
		if cgo {
			cmd.Env = append(cmd.Env, "CGO_ENABLED=1")
		}
		if b, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go build: %v\n%s", err, b)
		}
		return out
	}
}

func rust(src string, flags ...string) builder {
	return func(t *testing.T, dir string) string {
		out := filepath.Join(dir, "prog")
		testenv.Run(t, rustc(t), append([]string{"-o", out, source(t, filepath.Join("rust", src))}, flags...)...)
		return out
	}
}

// rustc prefers the system's own compiler to one that a user installed.
func rustc(t *testing.T) string {
	const system = "/usr/bin/rustc"
	if _, err := os.Stat(system); err == nil {
		return system
	}
	return testenv.MustHave(t, "rustc")
}

// app builds a copy of a folder of apps/ with its Makefile, if it has one.
func app(name string) builder {
	return func(t *testing.T, dir string) string {
		if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "apps", name))); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dir, "Makefile")); err == nil {
			make := []string{"-s", "-B", "-C", dir}
			if name == "rust-hello" {
				make = append(make, "RUSTC="+rustc(t))
			}
			if name == "musl-hello" {
				testenv.MustHave(t, "musl-gcc")
			}
			testenv.Run(t, testenv.MustHave(t, "make"), make...)
		}
		return filepath.Join(dir, "usr.manifest")
	}
}

// with puts further files of the build's folder into the image beside the program,
// which a program that opens them itself needs.
func with(build builder, files ...string) builder {
	return func(t *testing.T, dir string) string {
		prog := filepath.Base(build(t, dir))
		text := "[manifest]\n"
		for _, f := range append(files, prog) {
			text += "/" + f + ": " + f + "\n"
		}
		name := filepath.Join(dir, "usr.manifest")
		if err := os.WriteFile(name, []byte(text+"[app]\ncommand = /"+prog+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
}

// onHost returns a program that is installed on this machine.
func onHost(path string) builder {
	return func(t *testing.T, _ string) string { return testenv.MustHaveFile(t, path) }
}
