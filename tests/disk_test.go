package tests

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"uk"
	"uk/diskimage"
	"uk/internal/testenv"
	"uk/kvmboot"
)

// Debian's OVMF, and how long it and the guest may take under TCG: about four
// seconds are usual.
const (
	ovmfCode     = "/usr/share/OVMF/OVMF_CODE_4M.fd"
	ovmfVars     = "/usr/share/OVMF/OVMF_VARS_4M.fd"
	ovmfDeadline = 180 * time.Second
)

var diskProgram = program{name: "disk", build: c("disk.c"), status: 7, kernel: uk.Options{Profile: "base"}}

const diskOutput = "argument on a disk\nvariable said \"so\"\ntime known\ndone\n"

// firmware boots a disk under OVMF and returns what the serial port said and
// the two bytes that tell the guest's end.
func firmware(t *testing.T, args ...string) (serial, status string) {
	t.Helper()
	qemu := testenv.MustHave(t, kvmboot.QEMUProgram)
	code, vars := testenv.MustHaveFile(t, ovmfCode), testenv.MustHaveFile(t, ovmfVars)
	dir := t.TempDir()
	serialFile, statusFile := filepath.Join(dir, "serial"), filepath.Join(dir, "status")
	ctx, cancel := context.WithTimeout(context.Background(), ovmfDeadline)
	defer cancel()
	argv := append([]string{
		"-M", "q35", "-accel", "tcg", "-cpu", "max", "-m", "512M", "-nodefaults", "-display", "none", "-no-reboot",
		"-drive", "if=pflash,format=raw,unit=0,readonly=on,file=" + code,
		"-drive", "if=pflash,format=raw,unit=1,snapshot=on,file=" + vars,
		"-serial", "file:" + serialFile,
		"-device", "isa-debug-exit,iobase=0xf4,iosize=0x4",
		"-chardev", "file,id=st,path=" + statusFile, "-device", "isa-debugcon,iobase=0xe9,chardev=st",
	}, args...)
	out, err := exec.CommandContext(ctx, qemu, argv...).CombinedOutput()
	s, _ := os.ReadFile(serialFile)
	b, _ := os.ReadFile(statusFile)
	var ee *exec.ExitError
	if err != nil && !errors.As(err, &ee) || ctx.Err() != nil || ee == nil || ee.ExitCode()&1 == 0 {
		t.Fatalf("QEMU: %v %v\n%s\nserial port:\n%s", err, ctx.Err(), out, clip(string(s)))
	}
	return string(s), string(b)
}

// TestDisk boots a program from each kind of disk under UEFI firmware.
func TestDisk(t *testing.T) {
	findKit(t)
	for _, format := range []diskimage.Format{diskimage.Raw, diskimage.QCOW2, diskimage.ISO} {
		t.Run(string(format), func(t *testing.T) {
			diskBoots(t, &diskProgram, format)
		})
	}
}

func diskBoots(t *testing.T, p *program, format diskimage.Format) {
	p.check = func(*testing.T, string) {} // nothing runs on the host
	b := prepare(t, p)
	name := filepath.Join(t.TempDir(), "disk."+string(format))
	res, err := b.img.Disk(context.Background(), uk.DiskOptions{
		Output: name, Format: format, Args: []string{"on a disk"}, Env: []string{`DISK=said "so"`},
	})
	if err != nil {
		t.Fatal(err)
	}
	drive := []string{"-blockdev", "driver=" + string(format) + ",node-name=d,read-only=on,file.driver=file,file.filename=" + name, "-device", "virtio-blk-pci,drive=d"}
	if format == diskimage.ISO {
		drive = []string{"-cdrom", name}
	}
	out, status := firmware(t, drive...)
	if !strings.Contains(strings.ReplaceAll(out, "\r", ""), diskOutput) {
		t.Errorf("the serial port said\n%s", clip(out))
	}
	if !bytes.Equal([]byte(status), []byte{'x', 7}) {
		t.Errorf("status bytes %q, want an exit with 7 (%+v)", status, res)
	}
}
