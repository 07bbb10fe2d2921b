package tests

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// ext4Disk makes a file system with a folder "top".
func ext4Disk(t *testing.T, size int64, options ...string) string {
	t.Helper()
	dir := t.TempDir()
	from, out := filepath.Join(dir, "from"), filepath.Join(dir, "disk")
	if err := os.MkdirAll(filepath.Join(from, "top"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(out, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(out, size); err != nil {
		t.Fatal(err)
	}
	testenv.Run(t, testenv.MustHave(t, "mke2fs"), append(append([]string{"-q", "-F", "-t", "ext4"}, options...), "-d", from, out)...)
	return out
}

// ext4Clean has e2fsck look at a disk, which it must find nothing wrong with.
func ext4Clean(t *testing.T, disk string) {
	t.Helper()
	if out, err := exec.Command(testenv.MustHave(t, "e2fsck"), "-fn", disk).CombinedOutput(); err != nil {
		t.Errorf("e2fsck: %v\n%s", err, clip(string(out)))
	}
}

// withExt4 makes the machine have a disk on /mnt, and the modules for it where it has others.
func (m *machineKind) withExt4(disk, options string) {
	m.opt.Drives = []kvmboot.Drive{{Path: disk}}
	m.opt.Mounts = []kvmboot.Mount{{Source: m.first, Target: "/mnt", Type: "ext4", Options: options}}
	m.drivers = append([]string{"ext4=" + m.value(), "mounting=" + m.value()}, m.drivers...)
}

// TestExt4 does the same in a folder of the host and on a disk: what the calls answer must be the same, and e2fsck finds nothing
// wrong with the disk.
func TestExt4(t *testing.T) {
	prog := c("share.c", "-w")(t, t.TempDir())
	want := hostOutput(t, prog, t.TempDir())
	onMachines(t, func(t *testing.T, m machineKind) {
		disk := ext4Disk(t, 64<<20, "-b", "4096")
		m.withExt4(disk, "")
		got, status := m.run(t, prog, "/mnt/top")
		if status != 0 || got != want {
			t.Errorf("status %d:\n%s", status, difference(want, got))
		}
		ext4Clean(t, disk)
	})
}

// ext4Image is an image for disks on the built-in runner.
func ext4Image(t *testing.T, prog string) (*uk.Image, uk.RunOptions) {
	t.Helper()
	testenv.MustHaveKit(t, uk.FindKit)
	needKVM(t)
	opt := uk.RunOptions{VMM: uk.VMMBuiltin, Drives: []kvmboot.Drive{{}}, Mounts: []kvmboot.Mount{{Source: "/dev/vdb", Target: "/mnt", Type: "ext4"}}}
	img, err := uk.Build(context.Background(), uk.Options{Binary: prog, Need: opt.Needs(), MountPoints: opt.MountPoints(), Output: filepath.Join(t.TempDir(), "image")})
	if err != nil {
		t.Fatal(err)
	}
	return img, opt
}

// TestExt4Kinds changes file systems of other shapes than mke2fs makes by itself.
func TestExt4Kinds(t *testing.T) {
	prog := c("ext4/crash.c", "-w")(t, t.TempDir())
	img, opt := ext4Image(t, prog)
	for _, options := range []string{"-b 1024", "-b 2048 -O ^64bit", "-b 1024 -O ^metadata_csum", "-I 128 -O ^flex_bg,^resize_inode", "-O metadata_csum_seed -N 2000"} {
		disk := ext4Disk(t, 24<<20, strings.Fields(options)...)
		opt.Drives[0].Path = disk
		if got, status := runBuilt(t, img, opt, "/mnt/top", "120"); status != 0 || !strings.HasSuffix(got, "\n119\n") {
			t.Errorf("%s: status %d:\n%s", options, status, clip(got))
		}
		ext4Clean(t, disk)
		if got, status := runBuilt(t, img, opt, "/mnt/top", "check", "119"); status != 0 || got != "all is there\n" {
			t.Errorf("%s: status %d:\n%s", options, status, got)
		}
	}
	for options, want := range map[string]string{
		"-O ^has_journal": "it has no journal and can only be read here, mount it ro", "-O bigalloc": "features with which it can only be read",
		"-O inline_data": "features that are not known",
	} {
		opt.Drives[0].Path = ext4Disk(t, 24<<20, strings.Fields(options)...)
		var messages bytes.Buffer
		opt.Stderr, opt.Stdout = &messages, &messages
		if st, err := img.Run(context.Background(), opt); err != nil || st.ExitCode() != 126 || !strings.Contains(messages.String(), want) {
			t.Errorf("%s: %v, %v: %s", options, st, err, messages.String())
		}
	}
}

// TestExt4Full fills a disk and uses what is given back, as often as it likes.
func TestExt4Full(t *testing.T) {
	prog := c("ext4/full.c", "-w")(t, t.TempDir())
	img, opt := ext4Image(t, prog)
	opt.Drives[0].Path = ext4Disk(t, 4<<20)
	again := "full: No space left on device, more than 1 MB: 1\nfsync: 0\nunlink: 0\n"
	if got, status := runBuilt(t, img, opt, "/mnt/top"); status != 0 || got != again+again+again+"write: 100000\n" {
		t.Errorf("status %d:\n%s", status, got)
	}
	ext4Clean(t, opt.Drives[0].Path)
}

// stopAt ends a run when the program has said so many lines.
type stopAt struct {
	bytes.Buffer
	lines int
	stop  context.CancelFunc
}

func (s *stopAt) Write(p []byte) (int, error) {
	n, err := s.Buffer.Write(p)
	if bytes.Count(s.Buffer.Bytes(), []byte("\n")) >= s.lines {
		s.stop()
	}
	return n, err
}

// TestExt4Crash ends machines in the midst of changes. What they had fsync'ed is there: for the next machine, which replays
// the journal, and for e2fsck, which does so as well; and both leave a file system without faults.
func TestExt4Crash(t *testing.T) {
	prog := c("ext4/crash.c", "-w")(t, t.TempDir())
	img, opt := ext4Image(t, prog)
	for i, lines := range []int{1, 9, 47, 90} {
		disk := ext4Disk(t, 24<<20, "-b", []string{"4096", "1024"}[i%2])
		opt := opt
		opt.Drives = []kvmboot.Drive{{Path: disk}}
		ctx, cancel := context.WithCancel(context.Background())
		out := &stopAt{lines: lines, stop: cancel}
		opt.Stdout, opt.Stderr, opt.Args = out, out, []string{"/mnt/top", "100000"}
		if st, err := img.Run(ctx, opt); !errors.Is(err, context.Canceled) {
			t.Fatalf("%v, %v\n%s", st, err, clip(out.String()))
		}
		cancel()
		said := strings.Fields(out.String())
		last := said[len(said)-1]
		if _, err := strconv.Atoi(last); err != nil {
			t.Fatalf("it said %q", clip(out.String()))
		}
		copied := filepath.Join(t.TempDir(), "copy")
		testenv.Run(t, "cp", disk, copied)
		for _, replay := range []func(){
			func() {
				var exit *exec.ExitError
				if out, err := exec.Command("e2fsck", "-p", copied).CombinedOutput(); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
					t.Errorf("e2fsck -p: %v\n%s", err, out)
				}
				disk = copied
			},
			func() {},
		} {
			was := disk
			replay()
			now := disk
			disk = was
			opt.Drives = []kvmboot.Drive{{Path: now}}
			if now == copied {
				ext4Clean(t, now)
			}
			opt.Stdout, opt.Stderr = nil, nil
			if got, status := runBuilt(t, img, opt, "/mnt/top", "check", last); status != 0 || got != "all is there\n" {
				t.Errorf("after %d lines: status %d: %s", lines, status, got)
			}
			ext4Clean(t, now)
		}
	}
}

// TestExt4Linux reads what Linux's own tools wrote: large directories with an index, deep trees, holes, links and files of old without extents.
func TestExt4Linux(t *testing.T) {
	from := t.TempDir()
	for i := range 1500 {
		if err := os.WriteFile(filepath.Join(from, fmt.Sprintf("a file with a long name, and its number is %d", i)), []byte(strings.Repeat(strconv.Itoa(i), i)), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Create(filepath.Join(from, "holes"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range int64(400) {
		if _, err := f.WriteAt([]byte("here"), i*12345); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.Close(), os.MkdirAll(filepath.Join(from, "one/two/three"), 0o711), os.Symlink("holes", filepath.Join(from, "short")),
		os.Symlink(strings.Repeat("long/", 100), filepath.Join(from, "long")), os.Link(filepath.Join(from, "holes"), filepath.Join(from, "one/again"))); err != nil {
		t.Fatal(err)
	}
	prog := c("disc.c", "-ldl")(t, t.TempDir())
	want := hostOutput(t, prog, "list", from)
	img, opt := ext4Image(t, prog)
	for _, options := range []string{"-b 1024", "-b 4096", "-O ^extents,^64bit,^metadata_csum -b 1024"} {
		disk := filepath.Join(t.TempDir(), "disk")
		if err := os.WriteFile(disk, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		testenv.Run(t, "truncate", "-s", "32M", disk)
		testenv.Run(t, testenv.MustHave(t, "mke2fs"), append(append([]string{"-q", "-F", "-t", "ext4"}, strings.Fields(options)...), "-d", from, disk)...)
		testenv.Run(t, "sh", "-c", `e2fsck -fyD "$0" >/dev/null; test $? -le 1`, disk) // makes indexes
		testenv.Run(t, testenv.MustHave(t, "debugfs"), "-w", "-R", "rmdir lost+found", disk)
		opt := opt
		opt.Drives = []kvmboot.Drive{{Path: disk, ReadOnly: true}}
		opt.Mounts = []kvmboot.Mount{{Source: "/dev/vdb", Target: "/mnt", Type: "ext4", Options: "ro"}}
		if got, status := runBuilt(t, img, opt, "list", "/mnt"); status != 0 || got != want {
			t.Errorf("%s: status %d:\n%s", options, status, difference(want, got))
		}
	}
}

// TestExt4Sigwait sends the process a signal: the kernel's thread that writes back is none that can take it.
func TestExt4Sigwait(t *testing.T) {
	prog := c("ext4/sigwait.c", "-pthread")(t, t.TempDir())
	want := hostOutput(t, prog)
	onMachines(t, func(t *testing.T, m machineKind) {
		m.withExt4(ext4Disk(t, 16<<20), "")
		if got, status := m.run(t, prog); status != 0 || got != want {
			t.Errorf("status %d:\n%s", status, difference(want, got))
		}
	})
}
