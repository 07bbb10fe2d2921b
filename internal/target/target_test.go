package target

import (
	"os"
	"path/filepath"
	"testing"
)

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
		want Kind
	}{
		{write("prog", "\x7fELF..."), Program},
		{write("script", "#!/bin/sh\n"), Program},
		{write("any.manifest", "whatever"), Manifest},
		{write("list", "# comment\n\n[manifest]\n/x: y\n"), Manifest},
		{write("rules", "/x: y\n"), Manifest},
		{write("root", "\xad\xbe\xad\xde\x00\x00\x00\x00more"), Root},
		{write("text", "just text"), Other},
		{write("empty", ""), Other},
		{filepath.Join(dir, "app"), Manifest},
		{filepath.Join(dir, "img"), Image},
		{filepath.Join(dir, "folder"), Folder},
		{"sh", Program},
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
