package tests

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/drivers"
	"uk.example/internal/launch"
	"uk.example/internal/testenv"
	"uk.example/linker"
)

// overlayFiles makes a folder that is below.
func overlayFiles(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	for name, data := range map[string]string{
		"file": "below\n", "big": strings.Repeat("z", 300000), "dir/a": "a\n", "dir/b": "b\n", "dir/c": "c\n", "dir/sub/x": "x\n", "other/y": "y\n",
	} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("file", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// overlayImage packs that folder as /files, with a program.
func overlayImage(t *testing.T, prog, files, more string, need ...linker.Service) *uk.Image {
	t.Helper()
	testenv.MustHaveKit(t, uk.FindKit)
	dir := t.TempDir()
	text := "[manifest]\n/prog: " + prog + "\n/files/**: " + files + "/**\n/files/link: ->file\n[app]\ncommand = /prog /files\n" + more
	name := filepath.Join(dir, "usr.manifest")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	img, err := uk.Build(context.Background(), uk.Options{Manifest: name, Output: filepath.Join(dir, "image"), Need: need})
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func overlayRun(t *testing.T, img *uk.Image, opt uk.RunOptions) string {
	t.Helper()
	if opt.Accel == "" {
		needKVM(t)
		opt.VMM = uk.VMMBuiltin
	} else {
		testenv.MustHave(t, "qemu-system-x86_64")
	}
	ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
	defer cancel()
	var out, messages bytes.Buffer
	opt.Stdout, opt.Stderr = &out, &messages
	st, err := img.Run(ctx, opt)
	if err != nil || st.ExitCode() != 0 || messages.Len() > 0 {
		t.Errorf("%v (%v):\n%s%s", st, err, out.String(), messages.String())
	}
	return out.String()
}

// linuxOverlay runs the program on the host's overlayfs. "" where the host mounts none for who runs the tests.
func linuxOverlay(t *testing.T, prog, files string, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"upper", "work", "merged"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	script := `mount -t tmpfs none "$0" && cd "$0" && cp -a "$1" lower && mkdir upper work merged && ` +
		`mount -t overlay -o "lowerdir=lower,upperdir=upper,workdir=work,userxattr" overlay merged || exit 99; prog=$2; shift 2; exec "$prog" merged "$@"`
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, testenv.MustHave(t, "unshare"), append([]string{"-rm", "sh", "-c", script, dir, files, prog}, args...)...)
	out, err := cmd.Output()
	if err != nil && cmd.ProcessState.ExitCode() != 99 && cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("on the host's overlayfs: %v", err)
	}
	return string(out)
}

// TestOverlay does the same on Linux's overlayfs, whose answers are in testdata, and on the guest's: in memory, and with a folder
// of the host that keeps the changes.
func TestOverlay(t *testing.T) {
	prog := filepath.Join(t.TempDir(), "overlay")
	testenv.Run(t, testenv.MustHave(t, "gcc"), "-w", "-O1", "-o", prog, source(t, "overlay/overlay.c"))
	files := overlayFiles(t)
	want := map[string]string{}
	for _, kind := range []string{"memory", "keeps"} {
		data, err := os.ReadFile("testdata/overlay." + kind)
		if err != nil {
			t.Fatal(err)
		}
		want[kind] = string(data)
		args := []string{"keeps"}
		if kind == "memory" {
			args = nil
		}
		if got := linuxOverlay(t, prog, files, args...); got != "" && got != want[kind] {
			t.Errorf("the host's own overlayfs differs from testdata/overlay.%s:\n%s", kind, difference(want[kind], got))
		}
	}
	img := overlayImage(t, prog, files, "[kernel]\noverlay = memory\n", linker.Service{Kind: drivers.Shares})
	for _, accel := range []string{"", uk.AccelTCG} {
		if got := overlayRun(t, img, uk.RunOptions{Accel: accel}); got != want["memory"] {
			t.Errorf("in memory, %s:\n%s", accel, difference(want["memory"], got))
		}
	}
	keep := t.TempDir()
	opt := uk.RunOptions{Overlay: keep, Args: []string{"/files", "keeps"}}
	if got := overlayRun(t, img, opt); got != want["keeps"] {
		t.Errorf("in a folder:\n%s", difference(want["keeps"], got))
	}
	for name, kept := range map[string]string{"files/new": "new\n", "files/big": "zzzzz", "files/many/f8": "", "files/.wh.file": ""} {
		if data, err := os.ReadFile(filepath.Join(keep, name)); err != nil || string(data) != kept {
			t.Errorf("the folder's %s: %q (%v)", name, data, err)
		}
	}
	// The second machine has what the first one left.
	opt.Args = []string{"/files", "keeps", "again"}
	if got, want := overlayRun(t, img, opt), overlayAgain; got != want {
		t.Errorf("in the folder again:\n%s", difference(want, got))
	}
	if got := overlayRun(t, img, uk.RunOptions{Overlay: launch.OverlayOff, Args: []string{"/files", "keeps", "again"}}); !strings.HasPrefix(got, "type 524f4653\n") {
		t.Errorf("without an overlay:\n%s", got)
	}
}

const overlayAgain = `type 794c7630
.: . .. big dir file link many new other
dir: . ..
other: . .. in
file: "new
"
big: "zzzzz"
`
