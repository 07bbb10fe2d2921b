package tests

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// Deadlines of one boot. They only keep a hanging guest from hanging the tests.
const (
	kvmDeadline = 60 * time.Second
	tcgDeadline = 90 * time.Second
	hostLimit   = 60 * time.Second
)

var workDir string // of all tests, removed at the end

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if workDir, err = os.MkdirTemp("", "uk-tests-*"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(workDir)
		// Kernels are cached apart from the user's; Go's cache stays where it is.
		if out, err := exec.Command("go", "env", "GOCACHE").Output(); err == nil {
			os.Setenv("GOCACHE", strings.TrimSpace(string(out)))
		}
		os.Setenv("XDG_CACHE_HOME", filepath.Join(workDir, "cache"))
		return m.Run()
	}())
}

// program is one row: what is built, how it is run, and what is compared.
type program struct {
	name  string
	build func(t *testing.T, dir string) string // returns the program's path, or the manifest's

	args   []string // on host and guest
	env    []string // NAME=VALUE
	stdin  string
	memory int64 // bytes; 0: the default
	cpus   int
	kernel uk.Options // further options of the build

	// What the guest must do. status is the exit status that the host must
	// show as well, so that a broken test program is noticed.
	status int
	// startsWith: the guest's output need only begin with the host's standard
	// output; for programs that end with a trace full of addresses.
	startsWith bool
	// without is taken out of both outputs before they are compared: what the host's compiler or kernel decides.
	without *regexp.Regexp
	// host replaces the program for the run on the host: path and arguments.
	host func(dir string) []string
	// check judges the guest's output in place of a run on the host.
	check func(t *testing.T, out string)
	// golden names a file with the guest's output, where the host's cannot be alike: what is documented.
	golden string

	silent bool // the kernel has nothing to say, of system calls that it lacks for instance

	tcg bool // also run under TCG
}

// built is a program with its image, made once for all runs.
type built struct {
	compile, once sync.Once
	dir           string
	path          string
	img           *uk.Image
	err           error
	host          result
}

var (
	builtMu sync.Mutex
	builts  = map[string]*built{}
)

// result is what one run gave.
type result struct {
	out    string // standard output and error as they came
	stdout string // on the host: standard output alone
	status int
}

func needKVM(t *testing.T) {
	t.Helper()
	if err := kvmboot.Detect(); err != nil {
		if os.Getenv("UK_REQUIRE_KVM") == "1" {
			t.Fatalf("UK_REQUIRE_KVM=1: %v", err)
		}
		t.Skipf("SKIPPED: %v", err)
	}
}

// compiled compiles the program.
func compiled(t *testing.T, p *program) *built {
	t.Helper()
	builtMu.Lock()
	b := builts[p.name]
	if b == nil {
		b = &built{}
		builts[p.name] = b
	}
	builtMu.Unlock()
	b.compile.Do(func() {
		b.err = errors.New("the program could not be compiled in an earlier test")
		b.dir = filepath.Join(workDir, p.name)
		if err := os.MkdirAll(b.dir, 0o777); err != nil {
			t.Fatal(err)
		}
		b.path = p.build(t, b.dir)
		b.err = nil
	})
	if b.err != nil {
		t.Fatal(b.err)
	}
	return b
}

// options are those of the program's build.
func (p *program) options(t *testing.T, b *built) uk.Options {
	opt := p.kernel
	opt.Output = filepath.Join(b.dir, "image.uk")
	opt.Warn = func(line string) { t.Log(line) }
	if strings.HasSuffix(b.path, "usr.manifest") {
		opt.Manifest = b.path
	} else {
		opt.Binary = b.path
	}
	return opt
}

// prepare compiles the program, runs it on the host and makes its image.
func prepare(t *testing.T, p *program) *built {
	t.Helper()
	b := compiled(t, p)
	b.once.Do(func() {
		b.err = errors.New("the program could not be prepared in an earlier test")
		if p.check == nil && p.golden == "" {
			b.host = runHost(t, p, b)
			if b.host.status != p.status {
				t.Fatalf("on the host the program ends with %d, the table says %d; output:\n%s", b.host.status, p.status, b.host.out)
			}
		}
		var img *uk.Image
		if img, b.err = uk.Build(context.Background(), p.options(t, b)); b.err == nil {
			b.img = img
			t.Logf("kernel %d bytes, root %d bytes, built in %v", img.KernelSize, img.RootSize, img.Timing.Total.Round(time.Millisecond))
		}
	})
	if b.err != nil {
		t.Fatal(b.err)
	}
	return b
}

// environment is what program and guest get: nothing of the tests' own.
func (p *program) environment() []string {
	// The first three are what a guest has by itself.
	return append([]string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", "USER=root",
		fmt.Sprintf("START_NS=%d", time.Now().UnixNano())}, p.env...)
}

// Several rows run one program. On the host they take turns: many use names that all processes
// share, in /tmp or of abstract sockets.
var (
	hostTurns = sync.Map{} // the row's name without variant: *sync.Mutex
	variants  = regexp.MustCompile(`(-(static|pie|image|imagelibc|libc|cpus[0-9]+))+$`)
)

// onLinux tells a program that it runs on the host: it leaves out what some hosts do otherwise than the specification.
func onLinux(dir string) []string { return []string{filepath.Join(dir, "prog"), "linux"} }

func hostTurn(row string) *sync.Mutex {
	turn, _ := hostTurns.LoadOrStore(variants.ReplaceAllString(row, ""), &sync.Mutex{})
	return turn.(*sync.Mutex)
}

// hostCommand is a program that runs on the host as a guest runs it: the leader of a session without a terminal,
// whatever session the tests have. That one may be outside the tests' pid namespace, where getsid(2) says 0.
func hostCommand(ctx context.Context, argv ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

func runHost(t *testing.T, p *program, b *built) result {
	t.Helper()
	turn := hostTurn(p.name)
	turn.Lock()
	defer turn.Unlock()
	argv := append([]string{b.path}, p.args...)
	if p.host != nil {
		argv = p.host(b.dir)
	} else if strings.HasSuffix(b.path, "usr.manifest") {
		argv[0] = filepath.Join(b.dir, "hello")
		if _, err := os.Stat(argv[0]); err != nil {
			argv[0] = filepath.Join(b.dir, "prog")
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), hostLimit)
	defer cancel()
	cmd := hostCommand(ctx, argv...)
	var both, out bytes.Buffer
	cmd.Stdin = strings.NewReader(p.stdin)
	cmd.Dir = b.dir
	cmd.Env = p.environment()
	if p.startsWith {
		cmd.Stdout, cmd.Stderr = &out, io.Discard
	} else {
		cmd.Stdout, cmd.Stderr = &both, &both // one pipe, so that the order is kept
	}
	err := cmd.Run()
	var ee *exec.ExitError
	if err != nil && !errors.As(err, &ee) {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatalf("on the host the program did not end within %v", hostLimit)
	}
	r := result{out: both.String(), stdout: out.String()}
	ws := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if r.status = ws.ExitStatus(); ws.Signaled() {
		r.status = 128 + int(ws.Signal())
	}
	return r
}

// compare boots the image and holds what it did against the host.
func compare(t *testing.T, p *program, accel string) {
	b := prepare(t, p)
	deadline := kvmDeadline
	var out, messages bytes.Buffer
	opt := uk.RunOptions{
		Args: p.args, Env: p.environment(), Memory: p.memory, CPUs: p.cpus,
		Stdin: strings.NewReader(p.stdin), Stdout: &out, Stderr: &messages,
	}
	if accel == uk.AccelTCG {
		opt.VMM, opt.Accel, deadline = uk.VMMQEMU, uk.AccelTCG, tcgDeadline
	} else {
		opt.VMM = uk.VMMBuiltin
	}
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	st, err := b.img.Run(ctx, opt)
	failed := false
	bad := func(format string, args ...any) {
		failed = true
		t.Errorf(format, args...)
	}
	if err != nil {
		bad("run: %v (%v)", err, st)
	}
	if got := st.ExitCode(); got != p.status {
		bad("exit status %d (%v), want %d", got, st, p.status)
	}
	switch {
	case p.check != nil:
		p.check(t, out.String())
		failed = failed || t.Failed()
	case p.golden != "":
		golden(t, p.golden, out.String())
		failed = failed || t.Failed()
	case p.startsWith:
		if !strings.HasPrefix(out.String(), b.host.stdout) {
			bad("output does not start with the host's:\n%s", difference(b.host.stdout, out.String()))
		}
	case p.comparable(out.String()) != p.comparable(b.host.out):
		bad("output differs from the host's:\n%s", difference(b.host.out, out.String()))
	}
	if p.silent && messages.Len() > 0 {
		bad("the kernel should say nothing")
	}
	if failed && messages.Len() > 0 {
		t.Logf("messages of the kernel:\n%s", clip(messages.String()))
	}
}

// comparable is an output less what may differ.
func (p *program) comparable(out string) string {
	if p.without == nil {
		return out
	}
	return p.without.ReplaceAllString(out, "")
}

// difference shows where two outputs part.
func difference(want, got string) string {
	w, g := strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n")
	var b strings.Builder
	shown := 0
	for i := 0; i < max(len(w), len(g)) && shown < 8; i++ {
		lw, lg := "", ""
		if i < len(w) {
			lw = w[i]
		}
		if i < len(g) {
			lg = g[i]
		}
		if lw != lg {
			shown++
			fmt.Fprintf(&b, "line %d\n   host: %.300q\n  guest: %.300q\n", i+1, lw, lg)
		}
	}
	return b.String()
}

func clip(s string) string {
	if len(s) > 4000 {
		return s[:2000] + "\n...\n" + s[len(s)-2000:]
	}
	return s
}

func TestKVM(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	for _, p := range table() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			compare(t, p, "")
		})
	}
}

// TestTCG runs under QEMU's TCG, which is the judge of what a real processor
// would do.
func TestTCG(t *testing.T) {
	testenv.MustHave(t, kvmboot.QEMUProgram)
	testenv.MustHaveKit(t, uk.FindKit)
	for _, p := range table() {
		if !p.tcg {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			compare(t, p, uk.AccelTCG)
		})
	}
}
