package shims

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// shim is what pyenv and its like write for each program.
const shim = `#!/usr/bin/env bash
set -e
[ -n "$PYENV_DEBUG" ] && set -x

program="${0##*/}"

export PYENV_ROOT="ROOT"
exec "ROOT/libexec/pyenv" exec "$program" "$@"
`

const asdfShim = `#!/usr/bin/env bash
# asdf-plugin: python 3.11.2
# asdf-plugin: python 3.12.0
exec /opt/asdf/bin/asdf exec "python3" "$@"
`

func write(t *testing.T, mode os.FileMode, text string, path ...string) string {
	t.Helper()
	p := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFollowRbenvLike(t *testing.T) {
	root, work, system := t.TempDir(), t.TempDir(), t.TempDir()
	python := write(t, 0o755, strings.ReplaceAll(shim, "ROOT", root), root, "shims", "python3")
	for _, v := range []string{"3.9.18", "3.11.7", "3.11.10", "3.12.1"} {
		write(t, 0o755, "#!/bin/sh\n", root, "versions", v, "bin", "python3")
	}
	write(t, 0o755, "#!/bin/sh\n", system, "python3")
	t.Setenv("PATH", filepath.Dir(python)+":"+system)
	below := filepath.Join(work, "a", "b")
	if err := os.MkdirAll(below, 0o755); err != nil {
		t.Fatal(err)
	}
	version := func(v string) string { return filepath.Join(root, "versions", v, "bin", "python3") }
	for _, row := range []struct {
		name, variable, local, global, want, err string
	}{
		{name: "nothing chosen", want: filepath.Join(system, "python3")},
		{name: "global", global: "3.11.7\n", want: version("3.11.7")},
		{name: "comment", global: "# mine\n3.9.18 # old\n", want: version("3.9.18")},
		{name: "local before global", local: "3.12.1\n", global: "3.11.7\n", want: version("3.12.1")},
		{name: "variable before both", variable: "3.9.18", local: "3.12.1", global: "3.11.7", want: version("3.9.18")},
		{name: "the newest of a beginning", global: "3.11", want: version("3.11.10")},
		{name: "the first that has it", variable: "2.7.18:3.12.1", want: version("3.12.1")},
		{name: "system", global: "system", want: filepath.Join(system, "python3")},
		{name: "missing", global: "3.8.0", err: "version 3.8.0, which " + filepath.Join(root, "version") + " chooses, has no python3"},
		{name: "out of its folder", variable: "../../x", err: "has no python3"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Chdir(below)
			t.Setenv("PYENV_VERSION", row.variable)
			os.Remove(filepath.Join(work, ".python-version"))
			os.Remove(filepath.Join(root, "version"))
			if row.local != "" {
				write(t, 0o644, row.local, work, ".python-version")
			}
			if row.global != "" {
				write(t, 0o644, row.global, root, "version")
			}
			got, err := Follow(python)
			if row.err != "" {
				if err == nil || !strings.Contains(err.Error(), row.err) {
					t.Fatalf("error %v, want %q", err, row.err)
				}
			} else if err != nil || got != row.want {
				t.Fatalf("%s, %v, want %s", got, err, row.want)
			}
		})
	}
}

// TestFollowHostile: a version is a folder below versions/, and a pipe or a large file in a folder above
// chooses none.
func TestFollowHostile(t *testing.T) {
	root, work := t.TempDir(), t.TempDir()
	python := write(t, 0o755, strings.ReplaceAll(shim, "ROOT", root), root, "shims", "python3")
	write(t, 0o755, "#!/bin/sh\n", root, "bin", "python3")
	write(t, 0o755, "#!/bin/sh\n", root, "versions", "bin", "python3")
	want := write(t, 0o755, "#!/bin/sh\n", root, "versions", "3.12.1", "bin", "python3")
	write(t, 0o644, "3.12.1\n", root, "version")
	t.Chdir(work)
	for _, v := range []string{"..", ".", "x/..", "/", ""} {
		t.Setenv("PYENV_VERSION", v)
		if got, err := Follow(python); v != "" && err == nil || v == "" && got != want {
			t.Errorf("version %q: %s, %v", v, got, err)
		}
	}
	local := filepath.Join(work, ".python-version")
	if err := syscall.Mkfifo(local, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, err := Follow(python); err != nil || got != want {
		t.Errorf("a pipe: %s, %v", got, err)
	}
	os.Remove(local)
	write(t, 0o644, strings.Repeat("1\n", maxShim), local)
	if got, err := Follow(python); err != nil || got != want {
		t.Errorf("a large file: %s, %v", got, err)
	}
}

func TestFollowAsdf(t *testing.T) {
	root, work, home := t.TempDir(), t.TempDir(), t.TempDir()
	python := write(t, 0o755, asdfShim, root, "shims", "python3")
	want := write(t, 0o755, "#!/bin/sh\n", root, "installs", "python", "3.12.0", "bin", "python3")
	t.Chdir(work)
	t.Setenv("HOME", home)
	t.Setenv("ASDF_PYTHON_VERSION", "")
	if got, err := Follow(python); err == nil || !strings.Contains(err.Error(), "no .tool-versions") {
		t.Errorf("nothing chosen: %s, %v", got, err)
	}
	write(t, 0o644, "ruby 3.2.1\npython 3.10.1 3.12.0\n", home, ".tool-versions")
	if got, err := Follow(python); err != nil || got != want {
		t.Errorf("at home: %s, %v", got, err)
	}
	write(t, 0o644, "python 3.11.2\n", work, ".tool-versions")
	if got, err := Follow(python); err == nil {
		t.Errorf("a version that is gone: %s", got)
	}
	t.Setenv("ASDF_PYTHON_VERSION", "3.12.0")
	if got, err := Follow(python); err != nil || got != want {
		t.Errorf("by the variable: %s, %v", got, err)
	}
}

func TestFollowOthers(t *testing.T) {
	dir := t.TempDir()
	for _, p := range []string{
		write(t, 0o755, "#!/bin/sh\nexec \"/x/pyenv\" exec \"$program\" \"$@\"\n", dir, "bin", "python3"),
		write(t, 0o755, "\x7fELF", dir, "shims", "python3"),
		write(t, 0o755, "#!/bin/sh\nexec \"/x/other\" exec \"$program\"\n", dir, "shims", "other"),
		write(t, 0o755, "#!/bin/sh\n"+strings.Repeat("#\n", maxShim), dir, "shims", "large"),
		filepath.Join(dir, "shims", "missing"),
	} {
		if got, err := Follow(p); err != nil || got != p {
			t.Errorf("%s: %s, %v", p, got, err)
		}
	}
}

// FuzzFollow: whatever a shim and the file that chooses a version say, the answer is an error of one line, or a program
// that is installed, or the shim itself.
func FuzzFollow(f *testing.F) {
	root, work := f.TempDir(), f.TempDir()
	for _, d := range []string{"shims", "versions/1.2/bin", "installs/python/1.2/bin", "elsewhere/bin"} {
		if err := os.MkdirAll(filepath.Join(root, d), 0o755); err != nil {
			f.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, d, "python3"), []byte("#!/bin/sh\n"), 0o755); err != nil {
			f.Fatal(err)
		}
	}
	for _, s := range []string{shim, asdfShim, "#!/bin/sh\nexec pyenv exec x\n", "#!\nexec \"\" exec "} {
		for _, v := range []string{"1.2", "1", "../elsewhere", "system", "python 1.2\npython ../../elsewhere", "# x\n\x00\n..", ""} {
			f.Add(s, v)
		}
	}
	path := filepath.Join(root, "shims", "python3")
	f.Fuzz(func(t *testing.T, text, version string) {
		t.Chdir(work)
		t.Setenv("PATH", filepath.Dir(path))
		t.Setenv("HOME", work)
		for name, s := range map[string]string{path: text, ".python-version": version, ".tool-versions": version} {
			if err := os.WriteFile(name, []byte(s), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		got, err := Follow(path)
		switch rel, _ := filepath.Rel(root, got); {
		case err != nil && strings.Count(err.Error(), "\n") > strings.Count(root+version, "\n"):
			t.Errorf("%q, %q: %v", text, version, err)
		case err == nil && got != path && !strings.HasPrefix(rel, "versions/") && !strings.HasPrefix(rel, "installs/"):
			t.Errorf("%q, %q: %s", text, version, got)
		}
	})
}
