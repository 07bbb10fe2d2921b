package build

import (
	"os"
	"path/filepath"
	"testing"
)

// TestPlaceAside: where folders cannot be exchanged the new one comes all the same, or the old one stays.
func TestPlaceAside(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	put := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(in(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(in(name+"/file"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	has := func(want string) {
		t.Helper()
		if text, err := os.ReadFile(in("image/file")); err != nil || string(text) != want {
			t.Errorf("%q, %v; want %q", text, err, want)
		}
		if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
			t.Errorf("files: %v, %v", list, err)
		}
	}
	put("image", "old")
	put("new", "new")
	if err := placeAside(in("new"), in("image")); err != nil {
		t.Error(err)
	}
	has("new")
	if err := placeAside(in("nothing"), in("image")); err == nil {
		t.Error("nothing took its place")
	}
	has("new")
}
