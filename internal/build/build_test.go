package build

import (
	"uk.example/internal/badoption"
	"uk.example/kvmboot"

	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	exportedsymbols "uk.example/exported_symbols"
	"uk.example/internal/kits"
	"uk.example/internal/testenv"
	"uk.example/linker"
)

// A name that is offered can be offered: whatever program asks for it, by its
// symbol table or by dlsym, gets a kernel.
func TestEveryNameLinks(t *testing.T) {
	needKit(t)
	exp, err := exportedsymbols.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := kits.Find("")
	if err != nil {
		t.Fatal(err)
	}
	kit, err := linker.OpenKit(dir)
	if err != nil {
		t.Fatal(err)
	}
	opt := linker.Options{Kit: kit, Profile: DefaultProfile, Symbols: exp.Names(), Output: filepath.Join(t.TempDir(), "kernel.elf")}
	if _, err := linker.Link(context.Background(), opt); err != nil {
		t.Error(err)
	}
	// What is only guessed is left out where it does not exist, or is hidden.
	opt.Symbols, opt.Optional = []string{"puts"}, []string{"puts", "gets_nothing", "__intscan", "strtol"}
	r, err := linker.Link(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"puts", "strtol"}; !slices.Equal(r.Symbols, want) {
		t.Errorf("got %q, want %q", r.Symbols, want)
	}
}

func TestBadOptions(t *testing.T) {
	prog := testenv.Compile(t, "prog", hello)
	dir := t.TempDir()
	full := filepath.Join(dir, "full")
	if err := os.MkdirAll(filepath.Join(full, "x"), 0o777); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	for _, tt := range []struct {
		opt  Options
		want string
	}{
		{Options{Binary: prog}, "no output"},
		{Options{Output: out}, "nothing to build"},
		{Options{Output: out, Binary: prog, Manifest: "x"}, "choose one"},
		{Options{Output: out, Binary: prog, Libc: "other"}, "kernel or image"},
		{Options{Output: out, Binary: prog, Env: []string{"novalue"}}, "NAME=VALUE"},
		{Options{Output: out, Binary: prog, DLSym: "maybe"}, "auto, warn or off"},
		{Options{Output: out, Binary: prog, Kit: dir}, "make kit"},
		{Options{Output: full, Binary: prog}, "something other than an image"},
		{Options{Output: file, Binary: prog}, "not the folder of an image"},
	} {
		_, err := Build(context.Background(), tt.opt)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want one line with %q", err, tt.want)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("something was left behind")
	}
}

func TestCanceledBuild(t *testing.T) {
	needKit(t)
	prog := testenv.Compile(t, "prog", hello)
	out := filepath.Join(t.TempDir(), "prog.uk")
	for _, at := range []string{"reading the manifest", "reading symbols", "linking the kernel", "packing files"} {
		ctx, cancel := context.WithCancel(context.Background())
		_, err := Build(ctx, Options{Binary: prog, Output: out, Progress: func(s string) {
			if s == at {
				cancel()
			}
		}})
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("canceled at %q: %v", at, err)
		}
		if list, _ := os.ReadDir(filepath.Dir(out)); len(list) > 0 {
			t.Errorf("canceled at %q: left %v", at, list)
		}
	}
}

// needKit skips the test without a kit, and keeps kernels apart from the user's.
func needKit(t *testing.T) {
	t.Helper()
	testenv.MustHaveKit(t, kits.Find)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
}

const hello = `#include <stdio.h>
int main(int argc, char **argv) { printf("hello %d\n", argc); return argc; }
`

// TestOptionError tells a wrong value of an option from other faults.
func TestOptionError(t *testing.T) {
	for _, tt := range []struct {
		opt    Options
		option string // "": it is no fault of an option
	}{
		{Options{Binary: "/bin/true", CPUs: kvmboot.MaxCPUs + 1}, "CPUs"},
		{Options{Binary: "/bin/true", Memory: 1}, "Memory"},
		{Options{Binary: "/bin/true", Cwd: "here"}, "Cwd"},
		{Options{Binary: "/bin/true", Libc: "none"}, "Libc"},
		{Options{Binary: "/bin/none"}, ""},
	} {
		_, err := Resolve(t.Context(), tt.opt)
		var bad *badoption.Error
		switch {
		case err == nil:
			t.Errorf("%+v: no error", tt.opt)
		case errors.As(err, &bad) != (tt.option != "") || bad != nil && bad.Option != tt.option:
			t.Errorf("%q: option %+v, want %q", err, bad, tt.option)
		}
	}
}
