package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// lockRows are programs that take locks of all kinds, on several processors.
var lockRows = []string{
	"TestKVM/cpu-wakeups-cpus4", "TestKVM/cpu-wakeups-static-cpus2", "TestKVM/cpu-spinning-cpus4", "TestKVM/cpu-realtime",
	"TestKVM/sync-cpus2", "TestKVM/signals", "TestKVM/files", "TestKVM/dlopen", "TestKVM/epoll", "TestKVM/app-golang-static",
	"TestTCG/cpu-wakeups-cpus4",
}

// TestLockOrder runs rows with kernels that look at their locks: who gives back what it does not hold, and an order that is
// not the same everywhere, end the machine (docs/locking.md).
func TestLockOrder(t *testing.T) {
	needKVM(t)
	top, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	made := exec.Command("make", "-C", top, "lockcheck")
	if out, err := made.CombinedOutput(); err != nil {
		t.Fatalf("make lockcheck: %v\n%s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range lockRows {
		_, name, _ := strings.Cut(r, "/")
		names = append(names, name)
	}
	rows := exec.Command(self, "-test.v", "-test.run", "^Test(KVM|TCG)$/^("+strings.Join(names, "|")+")$")
	rows.Env = append(os.Environ(), "UK_KIT="+filepath.Join(top, "build/kit/lockcheck"))
	out, err := rows.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, r := range lockRows {
		if !strings.Contains(string(out), "--- PASS: "+r+" (") {
			t.Errorf("%s did not run:\n%s", r, out)
		}
	}
}
