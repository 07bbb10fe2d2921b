package tests

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
	"uk.example/kvmboot/virtio"
)

// machineKind is a machine that has drives and an image for it.
type machineKind struct {
	name    string
	opt     uk.RunOptions
	profile string
	drivers []string
	first   string // the first drive: the root image may be a disk before it
}

var machineKinds = []machineKind{
	{"KVM", uk.RunOptions{VMM: uk.VMMBuiltin}, "virtio-mmio", nil, "/dev/vdb"},
	{"KVM-cpus2", uk.RunOptions{VMM: uk.VMMBuiltin, CPUs: 2}, "virtio-mmio", nil, "/dev/vdb"},
	{"KVM-modules", uk.RunOptions{VMM: uk.VMMBuiltin}, "virtio-mmio", []string{"blk=m", "block_dev=m"}, "/dev/vda"},
	{"TCG", uk.RunOptions{VMM: uk.VMMQEMU, Accel: uk.AccelTCG}, "virtio-mmio", nil, "/dev/vdb"},
	{"TCG-modules", uk.RunOptions{VMM: uk.VMMQEMU, Accel: uk.AccelTCG}, "virtio-mmio", []string{"blk=m", "block_dev=m"}, "/dev/vda"},
	{"TCG-q35-cpus2", uk.RunOptions{VMM: uk.VMMQEMU, Accel: uk.AccelTCG, CPUs: 2}, "virtio-pci", nil, "/dev/vdb"},
}

// onMachines runs f for each kind of machine that is there.
func onMachines(t *testing.T, f func(t *testing.T, m machineKind)) {
	testenv.MustHaveKit(t, uk.FindKit)
	for _, m := range machineKinds {
		t.Run(m.name, func(t *testing.T) {
			if m.opt.VMM == uk.VMMBuiltin {
				needKVM(t)
			} else {
				testenv.MustHave(t, kvmboot.QEMUProgram)
			}
			t.Parallel()
			f(t, m)
		})
	}
}

// build makes an image of a program for a machine.
func (m *machineKind) build(t *testing.T, prog string) *uk.Image {
	t.Helper()
	img, err := uk.Build(context.Background(), uk.Options{
		Binary: prog, Profile: m.profile, Drivers: m.drivers, Need: m.opt.Needs(),
		Output: filepath.Join(t.TempDir(), "image.uk"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// run makes an image of a program and runs it to its end.
func (m *machineKind) run(t *testing.T, prog string, args ...string) (string, int) {
	t.Helper()
	return runBuilt(t, m.build(t, prog), m.opt, args...)
}

func runBuilt(t *testing.T, img *uk.Image, opt uk.RunOptions, args ...string) (string, int) {
	t.Helper()
	var out, messages bytes.Buffer
	opt.Stdout, opt.Stderr, opt.Args = &out, &messages, args
	ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
	defer cancel()
	st, err := img.Run(ctx, opt)
	if err != nil {
		t.Fatalf("run: %v\n%s%s", err, clip(out.String()), clip(messages.String()))
	}
	if messages.Len() > 0 {
		t.Logf("messages of the kernel:\n%s", clip(messages.String()))
	}
	return out.String(), st.ExitCode()
}

func driveFile(t *testing.T, data []byte, size int64) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "drive,with a comma:and colon")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, size); err != nil {
		t.Fatal(err)
	}
	return name
}

func sum(t *testing.T, name string) string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// TestDrive runs a program on a file on the host and on a drive in the guest:
// what it says and what the file holds then must be the same.
func TestDrive(t *testing.T) {
	prog := c("drive.c")(t, t.TempDir())
	const size = 8 << 20
	onHost := driveFile(t, nil, size)
	want, err := hostCommand(context.Background(), prog, onHost).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, want)
	}
	onMachines(t, func(t *testing.T, m machineKind) {
		drive := driveFile(t, nil, size)
		m.opt.Drives = []kvmboot.Drive{{Path: drive}}
		got, status := m.run(t, prog, m.first)
		if status != 0 || got != string(want) {
			t.Errorf("status %d:\n%s", status, difference(string(want), got))
		}
		if sum(t, drive) != sum(t, onHost) {
			t.Error("drive and file differ")
		}
	})
}

// TestDriveFileSystem lets e2fsprogs make a file system on a drive, fill it and
// check it; the host's e2fsck and debugfs are the judges.
func TestDriveFileSystem(t *testing.T) {
	mke2fs, e2fsck := testenv.MustHaveFile(t, "/usr/sbin/mke2fs"), testenv.MustHaveFile(t, "/usr/sbin/e2fsck")
	debugfs := testenv.MustHaveFile(t, "/usr/sbin/debugfs")
	onMachines(t, func(t *testing.T, m machineKind) {
		drive := driveFile(t, bytes.Repeat([]byte("rubbish "), 1<<20), 32<<20)
		m.opt.Drives = []kvmboot.Drive{{Path: drive}}
		for _, cmd := range [][]string{
			{mke2fs, "-q", "-t", "ext4", "-L", "made-here", m.first},
			{debugfs, "-w", "-R", "write /proc/partitions parts", m.first},
			{debugfs, "-w", "-R", "write " + debugfs + " program", m.first},
			{e2fsck, "-f", "-n", m.first},
		} {
			if out, status := m.run(t, cmd[0], cmd[1:]...); status != 0 {
				t.Fatalf("%q: status %d:\n%s", cmd, status, out)
			}
		}
		if out, err := exec.Command(e2fsck, "-f", "-n", drive).CombinedOutput(); err != nil {
			t.Errorf("on the host: %v\n%s", err, out)
		}
		copied := filepath.Join(t.TempDir(), "program")
		if out, err := exec.Command(debugfs, "-R", "dump program "+copied, drive).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		// The image holds the program that runs, which wrote itself.
		if sum(t, copied) != sum(t, debugfs) {
			t.Error("the file in the file system is not what was written")
		}
	})
}

// TestDriveCopy copies the root image to a drive with a static program.
func TestDriveCopy(t *testing.T) {
	busybox := testenv.MustHaveFile(t, "/bin/busybox")
	onMachines(t, func(t *testing.T, m machineKind) {
		if m.first == "/dev/vda" {
			return // the root is no disk
		}
		drive := driveFile(t, nil, 512) // the size comes later
		m.opt.Drives = []kvmboot.Drive{{Path: drive}}
		img := m.build(t, busybox)
		if err := os.Truncate(drive, (img.RootSize+511)&^511); err != nil {
			t.Fatal(err)
		}
		if out, status := runBuilt(t, img, m.opt, "dd", "if=/dev/vda", "of=/dev/vdb", "bs=100000", "conv=fsync"); status != 0 {
			t.Fatalf("status %d:\n%s", status, out)
		}
		m.opt.Drives[0].ReadOnly = true
		out, status := runBuilt(t, img, m.opt, "sha256sum", "/dev/vda", "/dev/vdb")
		if a, b, ok := strings.Cut(out, "\n"); !ok || status != 0 || a[:64] != b[:64] || a[:64] != sum(t, drive) {
			t.Errorf("status %d:\n%s", status, out)
		}
		if err := os.Truncate(drive, img.RootSize); err != nil {
			t.Fatal(err)
		}
		if sum(t, drive) != img.RootSHA256 {
			t.Error("the drive is not a copy of the root image")
		}
	})
}

const driveSays = `open: 0
mode 60660, device 254:%d, size 0
BLKGETSIZE64: 0
1048576
BLKGETSIZE: 0
2048
BLKSSZGET: 0
512
BLKBSZGET: 0
4096
BLKROGET: 0
%d
BLKFLSBUF: 0
TCGETS: -1 Inappropriate ioctl for device
past the end: -1 Invalid argument
`

// TestDriveIoctl compares with what Linux does.
func TestDriveIoctl(t *testing.T) {
	prog := c("blkioctl.c")(t, t.TempDir())
	onMachines(t, func(t *testing.T, m machineKind) {
		drive := driveFile(t, bytes.Repeat([]byte{0x5a}, 1<<20), 1<<20)
		m.opt.Drives = []kvmboot.Drive{{Path: drive}}
		minor := 16 * int(m.first[len(m.first)-1]-'a')
		var before, after unix.Stat_t
		if err := unix.Stat(drive, &before); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf(driveSays, minor, 0) + `write at the end: -1 No space left on device
write over the end: 2
write: 1
mmap: -1 No such device
discard: 0
discard, odd: -1 Invalid argument
discard over the end: -1 Invalid argument
zero: 0
4095 is 5a
4096 is 00
69631 is 00
69632 is 5a
131072 is 00
132096 is 5a
discard, opened to read: -1 Bad file descriptor
write, opened to read: -1 Bad file descriptor
`
		if got, status := m.run(t, prog, m.first); status != 0 || got != want {
			t.Errorf("status %d:\n%s", status, difference(want, got))
		}
		if err := unix.Stat(drive, &after); err != nil {
			t.Fatal(err)
		}
		if after.Blocks >= before.Blocks {
			t.Errorf("the file has %d blocks, %d before something was discarded", after.Blocks, before.Blocks)
		}
		hash := sum(t, drive)
		m.opt.Drives[0].ReadOnly = true
		want = fmt.Sprintf(driveSays, minor, 1) + `write at the end: -1 Operation not permitted
write over the end: -1 Operation not permitted
write: -1 Operation not permitted
mmap: -1 No such device
discard: -1 Operation not permitted
discard, odd: -1 Operation not permitted
discard over the end: -1 Operation not permitted
zero: -1 Operation not permitted
discard, opened to read: -1 Bad file descriptor
write, opened to read: -1 Bad file descriptor
`
		if got, status := m.run(t, prog, m.first, "readonly"); status != 0 || got != want {
			t.Errorf("status %d:\n%s", status, difference(want, got))
		}
		if sum(t, drive) != hash {
			t.Error("a drive that is only read changed")
		}
	})
}

// A drive is one machine's, and an image without its drivers says so.
func TestDriveRefused(t *testing.T) {
	prog := c("exit7.c")(t, t.TempDir())
	onMachines(t, func(t *testing.T, m machineKind) {
		drive := driveFile(t, nil, 1<<20)
		m.opt.Drives = []kvmboot.Drive{{Path: drive}, {Path: drive, ReadOnly: true}}
		img := m.build(t, prog)
		if _, err := img.Run(context.Background(), m.opt); !errors.Is(err, virtio.ErrInUse) || !strings.Contains(err.Error(), drive) {
			t.Errorf("one file twice: %v", err)
		}
		m.opt.Drives = []kvmboot.Drive{m.opt.Drives[1], m.opt.Drives[1]}
		if st, err := img.Run(context.Background(), m.opt); err != nil || st.ExitCode() != 7 {
			t.Errorf("one file twice, only read: %v, %v", st, err)
		}
		drives := m.opt.Drives
		m.opt.Drives, m.drivers = nil, slices.DeleteFunc(slices.Clone(m.drivers), func(d string) bool { return d == "block_dev=m" })
		bare := m.build(t, prog)
		m.opt.Drives = drives
		if _, err := bare.Run(context.Background(), m.opt); err == nil || !strings.Contains(err.Error(), "--drivers") {
			t.Errorf("an image without the drivers: %v", err)
		}
	})
}

// TestBalloon takes most of a guest's memory, before and while the guest wants
// it; the program must not notice, and the host must.
func TestBalloon(t *testing.T) {
	prog := c("balloon.c")(t, t.TempDir())
	onMachines(t, func(t *testing.T, m machineKind) {
		if len(m.drivers) > 0 {
			m.drivers = []string{"balloon=m"}
		}
		testBalloon(t, prog, m)
	})
}

func testBalloon(t *testing.T, prog string, m machineKind) {
	const memory = 256 << 20
	b := &kvmboot.Balloon{Size: 200 << 20}
	m.opt.Memory = memory
	g := startGuest(t, prog, m, b)
	ctx, ask := g.ctx, g.ask
	settle := func(what string, ok func(held int64) bool) {
		t.Helper()
		for !ok(b.Held()) {
			if ctx.Err() != nil {
				t.Fatalf("%s: the balloon holds %d MB; %s", what, b.Held()>>20, g.messages.String())
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	settle("at the start", func(held int64) bool { return held == 200<<20 })
	stats, err := b.Stats(ctx)
	if err != nil || stats.Total < memory*9/10 || stats.Total > memory || stats.Free > 60<<20 {
		t.Errorf("statistics %+v (%v)", stats, err)
	}
	if got := ask("f"); got != "filled" { // 150 MB, which are not there
		t.Errorf("the program says %q", got)
	}
	settle("without memory", func(held int64) bool { return held < 110<<20 })
	if got := ask("c"); got != "right" {
		t.Errorf("the program says %q", got)
	}
	if got := ask("r"); got != "freed" {
		t.Errorf("the program says %q", got)
	}
	settle("with memory again", func(held int64) bool { return held == 200<<20 })
	if err := b.SetTarget(0); err != nil {
		t.Error(err)
	}
	settle("let go", func(held int64) bool { return held == 0 })
	if err := b.SetTarget(240 << 20); err != nil {
		t.Error(err)
	}
	settle("nearly all", func(held int64) bool { return held == 240<<20 })
	st := g.end()
	if m.opt.VMM == uk.VMMBuiltin && st.Resident > 40<<20 {
		t.Errorf("%d MB resident at the end, with 150 MB used and freed and 240 MB of 256 in the balloon", st.Resident>>20)
	}
	if err := b.SetTarget(0); !errors.Is(err, virtio.ErrNoBalloon) {
		t.Errorf("after the end: %v", err)
	}
}

// TestBalloonReporting: memory that a program has freed goes back to the host.
func TestBalloonReporting(t *testing.T) {
	prog := c("balloon.c")(t, t.TempDir())
	onMachines(t, func(t *testing.T, m machineKind) {
		if m.opt.VMM != uk.VMMBuiltin { // QEMU's cannot be watched
			return
		}
		if len(m.drivers) > 0 {
			m.drivers = []string{"balloon=m"}
		}
		b := &kvmboot.Balloon{Reporting: true}
		m.opt.Memory = 256 << 20
		g := startGuest(t, prog, m, b)
		if got := g.ask("f"); got != "filled" {
			t.Errorf("the program says %q", got)
		}
		if got := g.ask("c"); got != "right" {
			t.Errorf("the program says %q", got)
		}
		before := b.Reported()
		if got := g.ask("r"); got != "freed" {
			t.Errorf("the program says %q", got)
		}
		for b.Reported()-before < 120<<20 {
			if g.ctx.Err() != nil {
				t.Fatalf("%d MB reported", (b.Reported()-before)>>20)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if got := g.ask("f") + g.ask("c"); got != "filledright" {
			t.Errorf("the program says %q", got)
		}
		before = b.Reported()
		g.ask("r")
		for b.Reported()-before < 120<<20 && g.ctx.Err() == nil {
			time.Sleep(10 * time.Millisecond)
		}
		if st := g.end(); st.Resident > 60<<20 {
			t.Errorf("%d MB resident, with 150 MB used and freed", st.Resident>>20)
		}
	})
}

// balloonGuest is a running balloon.c.
type balloonGuest struct {
	t        *testing.T
	ctx      context.Context
	feed     *io.PipeWriter
	said     *io.PipeReader
	messages bytes.Buffer
	st       kvmboot.Status
	done     chan error
}

func startGuest(t *testing.T, prog string, m machineKind, b *kvmboot.Balloon) *balloonGuest {
	t.Helper()
	g := &balloonGuest{t: t, done: make(chan error, 1)}
	in, feed := io.Pipe()
	said, out := io.Pipe()
	g.feed, g.said = feed, said
	m.opt.Balloon, m.opt.Stats = b, true
	m.opt.Stdin, m.opt.Stdout, m.opt.Stderr = in, out, &g.messages
	img := m.build(t, prog)
	ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
	g.ctx = ctx
	go func() {
		var err error
		g.st, err = img.Run(ctx, m.opt)
		out.Close()
		g.done <- err
	}()
	t.Cleanup(func() {
		cancel()
		feed.Close()
		said.Close()
	})
	return g
}

// ask makes the program do what a letter stands for, and returns what it says.
func (g *balloonGuest) ask(letter string) string {
	g.t.Helper()
	if _, err := io.WriteString(g.feed, letter+"\n"); err != nil {
		g.t.Fatal(err)
	}
	var line []byte
	var one [1]byte
	for {
		if _, err := g.said.Read(one[:]); err != nil {
			g.t.Fatalf("%q: %v", line, err)
		}
		if one[0] == '\n' {
			return string(line)
		}
		line = append(line, one[0])
	}
}

func (g *balloonGuest) end() kvmboot.Status {
	g.t.Helper()
	if got := g.ask("q"); got != "bye" {
		g.t.Errorf("the program says %q", got)
	}
	if err := <-g.done; err != nil || g.st.ExitCode() != 0 {
		g.t.Errorf("%v (%v); %s", g.st, err, g.messages.String())
	}
	return g.st
}
