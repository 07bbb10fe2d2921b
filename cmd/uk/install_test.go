package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// TestInstall: what `make install` puts somewhere is complete, may be read by every user, and finds its kit there.
func TestInstall(t *testing.T) {
	testenv.MustHaveFile(t, "../../build/uk-metrics")
	testenv.MustHaveFile(t, "../../build/kit/x64/kit.json")
	dir := t.TempDir()
	cmd := exec.Command(testenv.MustHave(t, "sh"), "-c", `umask 077; exec make install PREFIX=/usr DESTDIR="$1"`, "sh", dir)
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"bin/uk", "bin/uk-archive", "bin/uk-net", "bin/uk-metrics", "lib/uk/kit/x64/kit.json", "share/bash-completion/completions/uk"} {
		st, err := os.Stat(filepath.Join(dir, "usr", name))
		if err != nil {
			t.Error(err)
		} else if st.Mode()&0o444 != 0o444 || strings.HasPrefix(name, "bin/") && st.Mode()&0o111 != 0o111 {
			t.Errorf("%s: %v", name, st.Mode())
		}
	}
	version := exec.Command(filepath.Join(dir, "usr/bin/uk"), "version")
	version.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}
	out, err := version.CombinedOutput()
	if want := " in " + filepath.Join(dir, "usr/lib/uk/kit/x64") + "\n"; err != nil || !strings.Contains(string(out), want) {
		t.Errorf("%v\n%s", err, out)
	}
}
