package ownprogram

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	const want = "this is done by a program of its own, uk-nothing, which is neither beside this one nor in $PATH: make builds it, or go build uk.example/cmd/uk-nothing"
	if path, err := Find("uk-nothing", "this is done by"); err == nil || err.Error() != want {
		t.Errorf("%q, %v", path, err)
	}
	there := filepath.Join(dir, "uk-nothing")
	if err := os.WriteFile(there, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if path, err := Find("uk-nothing", ""); path != there || err != nil {
		t.Errorf("%q, %v", path, err)
	}
}
