package kits

import (
	"os"
	"strings"
	"testing"
)

func TestFindKit(t *testing.T) {
	t.Setenv(Variable, "/from/environment")
	if got, err := Find("given"); got != "given" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := Find(""); got != "/from/environment" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	t.Setenv(Variable, "")
	t.Chdir(t.TempDir())
	if _, err := Find(""); err == nil || !strings.Contains(err.Error(), "make kit") {
		t.Errorf("got %v", err)
	}
	// One that somebody put into the working folder, or above it, is not taken.
	if err := os.MkdirAll("build/kit/x64", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("build/kit/x64/kit.json", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, err := Find(""); err == nil {
		t.Errorf("got %q", got)
	}
}
