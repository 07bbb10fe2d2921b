package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"uk.example/internal/testenv"
)

// TestLimits: with limits that leave the Go runtime no room the command says so in one line, and starts
// where the hard limit lets it raise its own.
func TestLimits(t *testing.T) {
	testenv.MustHave(t, "go")
	uk := filepath.Join(t.TempDir(), "uk")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-E main.entry", "-o", uk, ".")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if b, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	for _, tt := range []struct{ limits, want string }{
		{"-v 100000", "too little address space here (ulimit -v)"},
		{"-v 200000", "too little address space here (ulimit -v)"},
		{"-v 1200000", "too little address space here (ulimit -v)"},
		{"-d 80000", "too little memory here (ulimit -d)"},
		{"-n 6", "have 6 files open (ulimit -n), and has "},
		{"-n 4", "have 4 files open (ulimit -n), and has "},
		{"-i 0", "uk: signals of this user that wait may be 0 (ulimit -i), and "},
		{"-Si 0", ""},
		{"-v 1600000", ""},
		{"-Sv 200000", ""},
		{"-Sd 80000", ""},
		{"-Sn 8", ""},
		{"-s 64", ""},
	} {
		out, err := exec.Command("bash", "-c", "ulimit "+tt.limits+" && exec "+uk+" help run").CombinedOutput()
		text := string(out)
		switch {
		case tt.want == "" && (err != nil || !strings.Contains(text, "Examples")):
			t.Errorf("ulimit %s: %v\n%s", tt.limits, err, text)
		case tt.want != "" && (err == nil || !strings.HasPrefix(text, "uk: ") || !strings.Contains(text, tt.want) || strings.Count(text, "\n") != 1):
			t.Errorf("ulimit %s: %v\n%swant %q", tt.limits, err, text, tt.want)
		}
	}
	// Output that is closed takes nothing; closed input is at its end.
	for _, tt := range []struct{ closed, want string }{
		{">&-", "uk: write /dev/stdout: bad file descriptor\n"},
		{"<&- >&-", "uk: write /dev/stdout: bad file descriptor\n"},
		{"<&-", ""},
		{"2>&- >/dev/null", ""},
	} {
		out, err := exec.Command("sh", "-c", uk+" help run >/dev/null "+tt.closed).CombinedOutput()
		if string(out) != tt.want || (err != nil) != (tt.want != "") {
			t.Errorf("%s: %v, %q, want %q", tt.closed, err, out, tt.want)
		}
	}
	if os.Geteuid() != 0 {
		return
	}
	// Nothing can take the place of what is closed.
	for _, closed := range []string{"<&-", ">&-"} {
		out, err := exec.Command("sh", "-c", "chroot "+filepath.Dir(uk)+" /uk version "+closed).CombinedOutput()
		text := string(out)
		if err == nil || !strings.HasPrefix(text, "uk: standard input, output or error is closed, and /dev/null") || strings.Count(text, "\n") != 1 {
			t.Errorf("%s without /dev/null: %v, %q", closed, err, text)
		}
	}
	// Threads of another user than root are counted.
	for _, tt := range []struct{ limit, want string }{
		{"8", "too few processes and threads (ulimit -u)"},
		{"20", "may have 20 processes and threads (ulimit -u), and has "},
		{"500", ""},
	} {
		f, err := os.Open(uk)
		if err != nil {
			t.Fatal(err)
		}
		c := exec.Command("bash", "-c", "ulimit -u "+tt.limit+" && exec /proc/self/fd/3 help run")
		c.ExtraFiles, c.Dir = []*os.File{f}, "/"
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 54321, Gid: 54321}}
		out, err := c.CombinedOutput()
		f.Close()
		text := string(out)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(text, tt.want) || strings.Count(text, "\n") != 1) {
			t.Errorf("ulimit -u %s: %v\n%swant %q", tt.limit, err, text, tt.want)
		}
	}
}

func TestThreadsOf(t *testing.T) {
	if n := threadsOf(os.Getuid()); n < 2 {
		t.Errorf("this user has %d threads", n)
	}
}
