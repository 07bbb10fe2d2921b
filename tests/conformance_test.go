package tests

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"uk.example/internal/conformance"
	"uk.example/internal/testenv"
)

// What of the suites every run of the tests looks at; make conformance looks at all.
var conformanceUnits = []string{
	"go-static/syscall", "go-pie/path/filepath",
	"cpython/mmap", "cpython/fcntl", "cpython/strftime", "cpython/locale",
	"programs/sed", "programs/bash", "programs/perl", "programs/xz", "programs/tar", "programs/openssl", "programs/sqlite3", "programs/git", "programs/find",
}

// TestConformance runs part of other people's suites on host and guest: what the host passes,
// the guest passes, or docs/conformance.md says why not.
func TestConformance(t *testing.T) {
	needKVM(t)
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, ".cache")) // both sides have a /tmp of their own
	testenv.Sources(t, "../cmd/uk/*.go")
	tool := filepath.Join(t.TempDir(), "uk")
	if out, err := exec.Command("go", "build", "-o", tool, "uk.example/cmd/uk").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v: %s", err, out)
	}
	kit, err := filepath.Abs("../build/kit/x64")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("UK_KIT", kit)
	reasons, err := conformance.ReadReasons("../docs/conformance.md")
	if err != nil {
		t.Fatal(err)
	}
	testenv.MustHaveFile(t, "/usr/lib/python3.11/test/test_array.py")
	r := &conformance.Runner{UK: tool, Timeout: 2 * time.Minute, Reasons: reasons}
	found := 0
	for _, u := range conformanceSuites(t) {
		if !slices.Contains(conformanceUnits, u.ID()) {
			continue
		}
		found++
		t.Run(u.ID(), func(t *testing.T) {
			rep, err := r.Compare(context.Background(), &u)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("the host passes %d, the guest %d of them", rep.Host, rep.Guest)
			for _, d := range rep.Differences {
				if d.Reason == "" {
					t.Errorf("%s: passes on the host; in the guest: %s", d.Test, d.Guest)
				}
			}
			if t.Failed() {
				t.Log(rep.Output)
			}
		})
	}
	if found != len(conformanceUnits) {
		t.Errorf("only %d of %d units exist", found, len(conformanceUnits))
	}
}

func conformanceSuites(t *testing.T) []conformance.Unit {
	var all []conformance.Unit
	for _, list := range []func() ([]conformance.Unit, error){
		conformance.GoStandardLibrary, conformance.CPython,
		func() ([]conformance.Unit, error) { return conformance.Programs("/usr/bin") },
	} {
		u, err := list()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, u...)
	}
	return all
}
