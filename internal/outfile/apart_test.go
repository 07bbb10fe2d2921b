package outfile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestApart(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"a", "b"} {
		if err := os.WriteFile(in(name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for old, made := range map[string]func(string, string) error{"symbolic": os.Symlink, "hard": os.Link} {
		if err := made(in("a"), in(old)); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		output string
		bad    bool
	}{{"a", true}, {"symbolic", true}, {"hard", true}, {"../" + filepath.Base(dir) + "/a", true}, {"b", false}, {"new", false}, {"", false}} {
		output := in(tt.output)
		if tt.output == "" {
			output = ""
		}
		if err := Apart(output, "", in("none"), in("a")); (err != nil) != tt.bad {
			t.Errorf("%q: %v", tt.output, err)
		}
	}
}
