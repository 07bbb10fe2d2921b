package uk

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk/internal/testenv"
	"uk/linker"
)

// needKit skips the test without a kit, and keeps kernels apart from the user's.
func needKit(t *testing.T) {
	t.Helper()
	testenv.MustHaveKit(t, FindKit)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
}

const hello = `#include <stdio.h>
int main(int argc, char **argv) { printf("hello %d\n", argc); return argc; }
`

func TestIdentify(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o777); err != nil {
			t.Fatal(err)
		}
		return p
	}
	write("app/usr.manifest", "")
	write("img/uk.json", "{}")
	write("folder/x", "")
	for _, tt := range []struct {
		path string
		want Target
	}{
		{write("prog", "\x7fELF..."), TargetProgram},
		{write("script", "#!/bin/sh\n"), TargetProgram},
		{write("any.manifest", "whatever"), TargetManifest},
		{write("list", "# comment\n\n[manifest]\n/x: y\n"), TargetManifest},
		{write("rules", "/x: y\n"), TargetManifest},
		{write("root", "\xad\xbe\xad\xde\x00\x00\x00\x00more"), TargetRoot},
		{write("text", "just text"), TargetOther},
		{write("empty", ""), TargetOther},
		{filepath.Join(dir, "app"), TargetManifest},
		{filepath.Join(dir, "img"), TargetImage},
		{filepath.Join(dir, "folder"), TargetFolder},
		{"sh", TargetProgram},
	} {
		got, _, err := Identify(tt.path)
		if err != nil || got != tt.want {
			t.Errorf("Identify(%s) = %v, %v, want %v", tt.path, got, err, tt.want)
		}
	}
	for _, name := range []string{filepath.Join(dir, "none"), "no-such-program-anywhere", ""} {
		if _, _, err := Identify(name); err == nil {
			t.Errorf("Identify(%q) gives no error", name)
		}
	}
}

func TestFindKit(t *testing.T) {
	t.Setenv(KitVariable, "/from/environment")
	if got, err := FindKit("given"); got != "given" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := FindKit(""); got != "/from/environment" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	t.Setenv(KitVariable, "")
	t.Chdir(t.TempDir())
	if _, err := FindKit(""); err == nil || !strings.Contains(err.Error(), "make kit") {
		t.Errorf("got %v", err)
	}
	// One that somebody put into the working folder, or above it, is not taken.
	if err := os.MkdirAll("build/kit/x64", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("build/kit/x64/kit.json", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, err := FindKit(""); err == nil {
		t.Errorf("got %q", got)
	}
}

// A name that is offered can be offered: whatever program asks for it, by its
// symbol table or by dlsym, gets a kernel.
func TestEveryNameLinks(t *testing.T) {
	needKit(t)
	exp, err := Exported()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := FindKit("")
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

func TestBuildOpenRun(t *testing.T) {
	needKit(t)
	prog := testenv.Compile(t, "prog", hello)
	out := filepath.Join(t.TempDir(), "prog.uk")
	opt := Options{Binary: prog, Args: []string{"a"}, Output: out}
	var steps []string
	opt.Progress = func(s string) { steps = append(steps, s) }
	first, err := Build(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if !first.Relinked || len(steps) < 4 {
		t.Errorf("relinked %v, steps %q", first.Relinked, steps)
	}
	second, err := Build(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if second.Relinked {
		t.Error("linked again though nothing changed")
	}
	if second.KernelSHA256 != first.KernelSHA256 || second.ID != first.ID {
		t.Error("the same input gave another image")
	}
	list, err := os.ReadDir(filepath.Dir(out))
	if err != nil || len(list) != 1 {
		t.Errorf("beside the image: %v, %v", list, err)
	}
	im, err := Open(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := im.Check(nil); err != nil {
		t.Error(err)
	}
	for _, s := range []string{"read", "virtio"} { // what is not asked for is not there
		if slices.Contains(im.Syscalls, s) {
			t.Errorf("system call %s was selected", s)
		}
	}
	needKVM(t)
	for _, tt := range []struct {
		args []string
		want string
		code int
	}{{nil, "hello 2\n", 2}, {[]string{}, "hello 1\n", 1}, {[]string{"x", "y"}, "hello 3\n", 3}} {
		var stdout bytes.Buffer
		st, err := im.Run(context.Background(), RunOptions{Args: tt.args, Stdout: &stdout})
		if err != nil || st.ExitCode() != tt.code || stdout.String() != tt.want {
			t.Errorf("args %q: %q, %v, %v", tt.args, stdout.String(), st, err)
		}
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

func TestBackends(t *testing.T) {
	for _, tt := range []struct {
		vmm, accel string
		bad        string
	}{
		{"qemu", "tcg", ""}, {"qemu", "kvm", ""}, {"builtin", "", ""}, {"builtin", "kvm", ""}, {"", "tcg", ""},
		{"builtin", "tcg", "--vmm=qemu"}, {"other", "", "builtin, qemu or auto"}, {"auto", "tcg", ""}, {"", "other", "kvm or tcg"},
	} {
		_, _, err := chooseVMM(&RunOptions{VMM: tt.vmm, Accel: tt.accel})
		if tt.bad == "" && err != nil || tt.bad != "" && (err == nil || !strings.Contains(err.Error(), tt.bad)) {
			t.Errorf("%q %q: %v", tt.vmm, tt.accel, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(`{"format":1,"command":["/x"],"kernel_sha256":"","root_size":3}`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, info []byte) {
		dir := t.TempDir()
		for name, b := range map[string][]byte{infoFile: info, kernelFile: []byte("k"), rootFile: []byte("abc")} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
				t.Skip(err)
			}
		}
		if im, err := Open(dir); err == nil {
			im.Config(RunOptions{})
		}
	})
}
