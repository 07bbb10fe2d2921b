package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// TestInitialisers: what a package of ours makes when the command starts, whatever its verb is, is
// little. Tables are made when they are first used (sync.OnceValue, internal/lazyregexp).
func TestInitialisers(t *testing.T) {
	const most = 8192 // bytes
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	found := regexp.MustCompile(`(?m)^init (uk.example[/ ]\S*).* ([0-9]+) bytes, ([0-9]+) allocs$`).FindAllStringSubmatch(string(out), -1)
	if len(found) == 0 {
		t.Fatalf("no package of ours in %s", out)
	}
	for _, m := range found {
		if n, _ := strconv.Atoi(m[2]); n > most {
			t.Errorf("package %s allocates %d bytes at each start, more than %d", m[1], n, most)
		}
	}
}
