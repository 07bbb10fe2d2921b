// Package testenv tells tests what the machine offers. A test that lacks
// something it needs skips with the reason; with UK_REQUIRE_TOOLS=1 in the
// environment, as continuous integration sets it, it fails instead, so that a
// missing tool cannot hide a broken test.
package testenv

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Tests use the kit of the tree that they are in, unless the environment names another.
func init() {
	dir, err := os.Getwd()
	for err == nil && os.Getenv("UK_KIT") == "" {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			os.Setenv("UK_KIT", filepath.Join(dir, "build/kit/x64"))
		}
		if dir == filepath.Dir(dir) {
			return
		}
		dir = filepath.Dir(dir)
	}
}

func missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("UK_REQUIRE_TOOLS") == "1" {
		t.Fatalf("UK_REQUIRE_TOOLS=1: "+format, args...)
	}
	t.Skipf("SKIPPED: "+format, args...)
}

// MustHave returns the path of the program name, or skips the test.
func MustHave(t testing.TB, name string) string {
	t.Helper()
	p, err := exec.LookPath(name)
	if err != nil {
		missing(t, "%s is not installed", name)
	}
	return p
}

// Need skips the test if err is not nil: something that the test needs is not there.
func Need(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		missing(t, "%v", err)
	}
}

// MustHaveKit returns the folder of the kit that find, which is uk.FindKit, finds; or skips the test.
func MustHaveKit(t testing.TB, find func(dir string) (string, error)) string {
	t.Helper()
	dir, err := find("")
	Need(t, err)
	MustHaveFile(t, filepath.Join(dir, "kit.json"))
	return dir
}

// MustHaveFile returns the first of paths that exists, or skips the test.
func MustHaveFile(t testing.TB, paths ...string) string {
	t.Helper()
	for _, p := range paths {
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	missing(t, "none of these files exists: %s", strings.Join(paths, ", "))
	return ""
}

// services come in packages that start a daemon when they are installed, which
// no test asks of a machine.
var services = []string{"nginx", "redis-server", "memcached"}

// Sample returns path, of a program that a test looks at and does not run, or
// skips the test. Where tools are required, services are not.
func Sample(t testing.TB, path string) string {
	t.Helper()
	if _, err := os.Stat(path); err != nil && slices.Contains(services, filepath.Base(path)) {
		t.Skipf("SKIPPED: %s is not installed; its package would start a service", path)
	}
	return MustHaveFile(t, path)
}

// Run runs a program, fails the test if the program fails, and returns its
// standard output.
func Run(t testing.TB, name string, args ...string) string {
	t.Helper()
	var stderr strings.Builder
	cmd := exec.Command(name, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// Sources looks at the files that match the patterns, so that a cached result
// of the test does not outlive a change of one: go test knows of files that the
// test itself looked at, not of those that a compiler read.
func Sources(t testing.TB, patterns ...string) {
	t.Helper()
	for _, p := range patterns {
		files, err := filepath.Glob(p)
		if err != nil || len(files) == 0 {
			t.Fatalf("no source matches %s", p)
		}
		for _, f := range files {
			if _, err := os.Stat(f); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Compile compiles C source with gcc and the given flags into a file called
// name in a directory of the test's, and returns its path. It skips the test
// if there is no gcc.
func Compile(t testing.TB, name, source string, flags ...string) string {
	t.Helper()
	return CompileWith(t, "gcc", ".c", name, source, flags...)
}

// CompileWith is Compile with another compiler driver and source suffix.
func CompileWith(t testing.TB, compiler, suffix, name, source string, flags ...string) string {
	t.Helper()
	cc := MustHave(t, compiler)
	dir := t.TempDir()
	src := filepath.Join(dir, "source"+suffix)
	if err := os.WriteFile(src, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(out), 0o777); err != nil {
		t.Fatal(err)
	}
	Run(t, cc, append([]string{"-o", out, src}, flags...)...)
	return out
}

// AsUser runs the calling test once more in a process of the user uid, with env in its environment, which the test sees
// itself there by. Only root can. The program comes as an open file, as uid may not reach its folder.
func AsUser(t *testing.T, uid uint32, env ...string) {
	t.Helper()
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	c := exec.Command("/proc/self/fd/3", "-test.run=^"+t.Name()+"$", "-test.v")
	c.ExtraFiles, c.Dir, c.Env = []*os.File{self}, "/", append(os.Environ(), env...)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	if out, err := c.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS") {
		t.Errorf("as user %d: %v\n%s", uid, err, out)
	}
}

// Objects makes a program of sources that are compiled with flags of their own.
type Objects struct {
	t     testing.TB
	cc    string
	dir   string
	flags []string // of all
	files []string
}

// NewObjects skips the test if there is no gcc. The flags are those of every source.
func NewObjects(t testing.TB, flags ...string) *Objects {
	t.Helper()
	return &Objects{t: t, cc: MustHave(t, "gcc"), dir: t.TempDir(), flags: flags}
}

// Compile compiles one source.
func (o *Objects) Compile(source string, flags ...string) {
	o.t.Helper()
	object := o.object(source)
	Run(o.t, o.cc, slices.Concat(flags, o.flags, []string{"-c", "-o", object, source})...)
	o.files = append(o.files, object)
}

// CompileAll compiles sources, as many at a time as there are processors.
func (o *Objects) CompileAll(sources []string, flags ...string) {
	o.t.Helper()
	objects := make([]string, len(sources))
	said := make([]string, len(sources))
	var wg sync.WaitGroup
	turn := make(chan struct{}, runtime.NumCPU())
	for i, source := range sources {
		objects[i] = o.object(source)
		wg.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			if b, err := exec.Command(o.cc, slices.Concat(flags, o.flags, []string{"-c", "-o", objects[i], source})...).CombinedOutput(); err != nil {
				said[i] = fmt.Sprintf("%s: %v\n%s", source, err, b)
			}
		})
	}
	wg.Wait()
	if all := strings.Join(said, ""); all != "" {
		o.t.Fatal(all)
	}
	o.files = append(o.files, objects...)
}

func (o *Objects) object(source string) string {
	return filepath.Join(o.dir, strings.NewReplacer(".", "_", "/", "_").Replace(source)+".o")
}

// Files returns what was compiled.
func (o *Objects) Files() []string { return o.files }

// Link links what was compiled and returns the program's path.
func (o *Objects) Link(flags ...string) string {
	o.t.Helper()
	program := filepath.Join(o.dir, "program")
	Run(o.t, o.cc, slices.Concat(o.files, flags, []string{"-o", program})...)
	return program
}

// GoBuild compiles a Go program of one file with the ordinary toolchain and
// the given go build flags, and returns the path of the binary. env entries
// such as CGO_ENABLED=0 are added to the environment.
func GoBuild(t testing.TB, source string, env []string, flags ...string) string {
	t.Helper()
	goTool := MustHave(t, "go")
	dir := t.TempDir()
	src := filepath.Join(dir, "main.go")
	if err := os.WriteFile(src, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "prog")
	cmd := exec.Command(goTool, append(append([]string{"build", "-o", out}, flags...), src)...)
	cmd.Env = append(append(os.Environ(), "GO111MODULE=off", "GOFLAGS="), env...)
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, b)
	}
	return out
}
