package companions

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk.example/manifest"
)

func TestArguments(t *testing.T) {
	dir, err := os.MkdirTemp("/tmp", "arguments") // a folder that a guest does not have
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for name, text := range map[string]string{"a.txt": "a", "sub/b.txt": "b", "-c": "c", "prog": "\x7fELF program", "large": ""} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(filepath.Join(dir, "large"), maxArgument+1); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/proc/self/status", filepath.Join(dir, "proc-link")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, cwd string
		words     []string
		want      []string // guest paths
		starts    string   // the program's folder then
		warning   string
	}{
		{name: "none", words: []string{"x", "-v", "", "missing.txt", "sub", "proc-link"}, starts: ""},
		{name: "relative", words: []string{"a.txt", "sub/b.txt"}, want: []string{"/a.txt", "/sub/b.txt"}, starts: "/"},
		{name: "behind =", words: []string{"--file=a.txt", "if=sub/b.txt"}, want: []string{"/a.txt", "/sub/b.txt"}, starts: "/"},
		{name: "an option", words: []string{"-c"}},
		{name: "twice", words: []string{"a.txt", "./a.txt"}, want: []string{"/a.txt"}, starts: "/"},
		{name: "a folder of one's own", cwd: "/data", words: []string{"a.txt"}, want: []string{"/data/a.txt"}},
		{name: "shared", cwd: "/share", words: []string{"a.txt"}},
		{name: "an ELF file is data", words: []string{"prog"}, want: []string{"/prog"}, starts: "/"},
		{name: "large", words: []string{"large"}, warning: "large, which an argument names, has more than 256 MB and is not packed: --share " + dir + ":/src -w /src gives it"},
		{name: "a folder", words: []string{"./sub"}, warning: "./sub, which an argument names, is a folder and is not packed: --share " + dir + "/sub:/sub gives it"},
		{name: "a folder's file", words: []string{"sub/b.txt", "sub/"}, want: []string{"/sub/b.txt"}, starts: "/"},
		{name: "below /tmp", words: []string{dir + "/a.txt", "/tmp/", "/proc/", "/"}, warning: dir + "/a.txt, which an argument names, is in a folder that guests mount over and is not packed: --share " + dir + ":" + dir + " gives it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := &manifest.Manifest{}
			m.App.Command = append([]string{"/bin/prog"}, tt.words...)
			warnings := Arguments(m, dir, tt.cwd, func(guest string) bool { return strings.HasPrefix(guest, "/share/") })
			var got []string
			for _, e := range m.Entries {
				got = append(got, e.Guest)
				if (e.Data != nil) != (e.Guest == "/prog") {
					t.Errorf("%+v", e)
				}
			}
			if !slices.Equal(got, tt.want) || m.App.Cwd != tt.starts {
				t.Errorf("got %q in %q, want %q in %q", got, m.App.Cwd, tt.want, tt.starts)
			}
			if text := strings.Join(warnings, "\n"); !strings.HasPrefix(text, tt.warning) || tt.warning == "" && text != "" {
				t.Errorf("warnings %q, want %q", text, tt.warning)
			}
		})
	}
	if os.Geteuid() != 0 { // whom nothing is closed to
		m := &manifest.Manifest{}
		m.App.Command = []string{"/bin/prog", "a.txt"}
		if err := os.Chmod(filepath.Join(dir, "a.txt"), 0); err != nil {
			t.Fatal(err)
		}
		want := "a.txt, which an argument names, cannot be read and is not packed: permission denied"
		if got := Arguments(m, dir, "", func(string) bool { return false }); !slices.Equal(got, []string{want}) {
			t.Errorf("of a file that cannot be read: %q", got)
		}
	}
	m := &manifest.Manifest{}
	m.App.Command = []string{"/bin/prog", "/etc/hostname", "/tmp/x", "/dev/null"}
	Arguments(m, dir, "", func(string) bool { return false })
	if _, err := os.Stat("/etc/hostname"); err == nil && m.Lookup("/etc/hostname") == nil {
		t.Error("an absolute path is not packed")
	}
	if m.Lookup("/dev/null") != nil || m.App.Cwd != "" {
		t.Errorf("%+v", m)
	}
}
