package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// TestDist: the command of a release, alone in a folder, brings its kit, unpacks it once and runs a program with it,
// without any other program but QEMU if there is no KVM; in a root folder with nothing else it builds an image. A release
// that is made again has the same bytes.
func TestDist(t *testing.T) {
	testenv.MustHaveFile(t, "../../build/kit/x64/kit.json")
	dir := t.TempDir()
	archive := makeDist(t, filepath.Join(dir, "a"), "tar.gz", "deb")
	checkPackage(t, filepath.Join(dir, "a"))
	if !bytes.Equal(makeDist(t, filepath.Join(dir, "b"), "tar.gz"), archive) {
		t.Error("made again, the archive differs")
	}

	uk := filepath.Join(dir, "alone", "uk")
	unpackCommand(t, archive, "uk", uk)
	hello := testenv.Compile(t, "hello", "#include <stdio.h>\nint main(void) { puts(\"hello\"); }\n")
	home := filepath.Join(dir, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, want string }{
		{"version", " in " + filepath.Join(home, ".cache/uk/kits/")},
		{"run -q -t 60s " + hello, "hello\n"},
		{"run -q -t 60s " + hello, "hello\n"},
	} {
		cmd := exec.Command(uk, strings.Fields(c.args)...)
		cmd.Env = []string{"PATH=" + onlyQEMU(t), "HOME=" + home}
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("uk %s: %v\n%s", c.args, err, out)
		}
	}
	if kits, err := os.ReadDir(filepath.Join(home, ".cache/uk/kits")); err != nil || len(kits) != 1 {
		t.Errorf("kits: %v, %v", kits, err)
	}

	testenv.CompileWith(t, "gcc", ".c", "static", "#include <stdio.h>\nint main(void) { puts(\"static\"); }\n", "-static", "-o", filepath.Join(dir, "alone", "static"))
	build := exec.Command("/uk", "build", "-q", "-o", "/static.uk", "/static")
	build.Env, build.Dir, build.SysProcAttr = []string{}, "/", newRoot(filepath.Join(dir, "alone"))
	if out, err := build.CombinedOutput(); err != nil || !strings.Contains(string(out), "/static.uk: kernel") {
		t.Fatalf("uk build: %v\n%s", err, out)
	}
	runImage(t, uk, filepath.Join(dir, "alone", "static.uk"), "static\n")
	inSmallRoot(t, archive, uk, filepath.Join(dir, "small"))
}

// inSmallRoot has a release build images in a root folder with a shell and nothing else, as minimal systems and containers
// have: of a program, and of an archive of the root itself.
func inSmallRoot(t *testing.T, archive []byte, uk, root string) {
	busybox, err := os.ReadFile(testenv.MustHaveFile(t, "/bin/busybox"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{root, filepath.Join(root, "bin"), filepath.Join(root, "tmp")} {
		if err := os.Mkdir(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"busybox", "sh"} {
		if err := os.WriteFile(filepath.Join(root, "bin", name), busybox, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	testenv.Run(t, "tar", "-C", root, "-czf", filepath.Join(root, "tmp", "root.tar.gz"), "bin")
	for _, name := range []string{"uk", "uk-archive"} {
		unpackCommand(t, archive, name, filepath.Join(root, "bin", name))
	}
	build := exec.Command("/bin/sh", "-c", "cd /tmp && uk build -q -o one.uk busybox echo of a program && uk build -q -o two.uk root.tar.gz busybox echo of an archive")
	build.Env, build.Dir, build.SysProcAttr = []string{"PATH=/bin"}, "/", newRoot(root)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("uk build: %v\n%s", err, out)
	}
	for name, want := range map[string]string{"one.uk": "of a program\n", "two.uk": "of an archive\n"} {
		runImage(t, uk, filepath.Join(root, "tmp", name), want)
	}
}

// runImage runs an image on this machine, which prints want and, with KVM, nothing else.
func runImage(t *testing.T, uk, image, want string) {
	t.Helper()
	var messages strings.Builder
	cmd := exec.Command(uk, "run", "-t", "60s", image)
	cmd.Stderr = &messages
	out, err := cmd.Output()
	if err != nil || string(out) != want || kvmboot.Detect() == nil && messages.Len() > 0 {
		t.Errorf("%s: %v\n%s%s", image, err, out, &messages)
	}
}

// onlyQEMU is a folder without programs, but for QEMU where guests do not run without it.
func onlyQEMU(t *testing.T) string {
	dir := t.TempDir()
	if kvmboot.Detect() != nil {
		if err := os.Symlink(testenv.MustHave(t, kvmboot.QEMUProgram), filepath.Join(dir, kvmboot.QEMUProgram)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// newRoot has a process see dir as its root folder, as root or in a user namespace.
func newRoot(dir string) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Chroot: dir}
	if os.Geteuid() != 0 {
		attr.Cloneflags = syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	return attr
}

// makeDist makes a release in dir and returns its archive.
func makeDist(t *testing.T, dir string, formats ...string) []byte {
	t.Helper()
	cmd := exec.Command(testenv.MustHave(t, "make"), "-s", "dist", "DIST="+dir, "FORMATS="+strings.Join(formats, " "))
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	names, _ := filepath.Glob(filepath.Join(dir, "*"))
	archives, _ := filepath.Glob(filepath.Join(dir, "uk-*-linux-amd64.tar.gz"))
	if len(archives) != 1 || len(names) != len(formats) {
		t.Fatalf("made: %v", names)
	}
	b, err := os.ReadFile(archives[0])
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// checkPackage: the .deb of a release has what dpkg wants.
func checkPackage(t *testing.T, dir string) {
	t.Helper()
	names, _ := filepath.Glob(filepath.Join(dir, "uk-*-linux-amd64.deb"))
	out, err := exec.Command("dpkg-deb", append([]string{"--contents"}, names...)...).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "root/root") || !strings.Contains(string(out), " ./usr/bin/uk\n") {
		t.Errorf("%v\n%s", err, out)
	}
}

// unpackCommand writes a command in a release's archive as the file name.
func unpackCommand(t *testing.T, archive []byte, command, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("tar", "-xzO", "--wildcards", "*/bin/"+command)
	cmd.Stdin = bytes.NewReader(archive)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, out, 0o755); err != nil {
		t.Fatal(err)
	}
}

// TestManual: every command has a page that groff has nothing to say about, and its flags are in it.
func TestManual(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "man1")
	if err := manCommand().setup(nil)(context.Background(), nil, []string{dir}); err != nil {
		t.Fatal(err)
	}
	for _, c := range append(commands(), &command{name: ""}) {
		name := filepath.Join(dir, strings.TrimSuffix("uk-"+c.name, "-")+".1")
		cmd := exec.Command(testenv.MustHave(t, "groff"), "-man", "-Tascii", "-ww", "-P-cbou", name)
		cmd.Stderr = new(bytes.Buffer)
		out, err := cmd.Output()
		if err != nil || cmd.Stderr.(*bytes.Buffer).Len() > 0 {
			t.Errorf("%s: %v\n%s", name, err, cmd.Stderr)
		}
		if c.name == "run" && !strings.Contains(string(out), "-q, --quiet") {
			t.Errorf("%s: no --quiet:\n%s", name, out)
		}
	}
}
