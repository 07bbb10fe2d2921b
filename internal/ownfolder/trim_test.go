package ownfolder

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestTrim(t *testing.T) {
	dir := t.TempDir()
	for i, name := range []string{"new", "old", "older", "oldest"} {
		p := filepath.Join(dir, name)
		if err := os.Mkdir(p, 0o777); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-time.Duration(i) * time.Hour)
		if err := os.Chtimes(p, at, at); err != nil {
			t.Fatal(err)
		}
	}
	Trim(dir, 2)
	var left []string
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		left = append(left, e.Name())
	}
	if !slices.Equal(left, []string{"new", "old"}) {
		t.Errorf("left: %q", left)
	}
}
