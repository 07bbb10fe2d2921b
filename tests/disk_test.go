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

const diskOutput = "argument on a disk\nvariable said \"so\"\ntime known\nthread two\ndone\n"

// firmware boots a disk under OVMF and returns what the serial port said, the
// two bytes that tell the guest's end, and QEMU's exit status.
func firmware(t *testing.T, args ...string) (serial string, status []byte, exit int) {
	t.Helper()
	qemu := testenv.MustHave(t, kvmboot.QEMUProgram)
	code, vars := testenv.MustHaveFile(t, ovmfCode), testenv.MustHaveFile(t, ovmfVars)
	dir := t.TempDir()
	serialFile, statusFile := filepath.Join(dir, "serial"), filepath.Join(dir, "status")
	ctx, cancel := context.WithTimeout(context.Background(), ovmfDeadline)
	defer cancel()
	argv := append([]string{
		"-M", "q35", "-accel", "tcg", "-cpu", "max", "-nodefaults", "-display", "none", "-no-reboot",
		"-drive", "if=pflash,format=raw,unit=0,readonly=on,file=" + code,
		"-drive", "if=pflash,format=raw,unit=1,snapshot=on,file=" + vars,
		"-serial", "file:" + serialFile,
		"-chardev", "file,id=st,path=" + statusFile, "-device", "isa-debugcon,iobase=0xe9,chardev=st",
	}, args...)
	out, err := exec.CommandContext(ctx, qemu, argv...).CombinedOutput()
	s, _ := os.ReadFile(serialFile)
	serial = strings.ReplaceAll(string(s), "\r", "")
	status, _ = os.ReadFile(statusFile)
	var ee *exec.ExitError
	if err != nil && !errors.As(err, &ee) || ctx.Err() != nil {
		t.Fatalf("QEMU: %v %v\n%s\nserial port:\n%s", err, ctx.Err(), out, clip(serial))
	}
	if ee != nil {
		exit = ee.ExitCode()
	}
	return serial, status, exit
}

// TestDisk boots a program from each kind of disk under UEFI firmware. Each boot
// takes seconds, so that they differ in all that can differ.
func TestDisk(t *testing.T) {
	findKit(t)
	const exitPort = "isa-debug-exit,iobase=0xf4,iosize=0x4"
	for _, row := range []struct {
		format  diskimage.Format
		profile string
		cpus    int
		machine []string // %s: the disk's file
		console bool     // virtio; else the serial port
		exit    int      // QEMU's
	}{
		// Root on a partition, devices on PCI.
		{diskimage.Raw, "virtio-pci", 0, []string{"-m", "512M", "-device", exitPort,
			"-blockdev", "driver=raw,node-name=d,read-only=on,file.driver=file,file.filename=%s", "-device", "virtio-blk-pci,drive=d"}, true, 7<<1 | 1},
		// Memory above 4 GB, two processors, and no exit port: ACPI powers off.
		{diskimage.QCOW2, "virtio-pci", 2, []string{"-m", "5G", "-smp", "2",
			"-blockdev", "driver=qcow2,node-name=d,read-only=on,file.driver=file,file.filename=%s", "-device", "virtio-blk-pci,drive=d,disable-legacy=on,bootindex=0"}, true, 0},
		// No driver at all: the root is embedded.
		{diskimage.ISO, "base", 0, []string{"-m", "512M", "-device", exitPort, "-cdrom", "%s"}, false, 7<<1 | 1},
	} {
		t.Run(string(row.format), func(t *testing.T) {
			b := prepare(t, &program{
				name: "disk-" + row.profile, build: c("disk.c"), kernel: uk.Options{Profile: row.profile},
				check: func(*testing.T, string) {}, // nothing runs on the host
			})
			dir := t.TempDir()
			name, console := filepath.Join(dir, "disk"), filepath.Join(dir, "console")
			res, err := b.img.Disk(context.Background(), uk.DiskOptions{
				Output: name, Format: row.format, CPUs: row.cpus, Args: []string{"on a disk"}, Env: []string{`DISK=said "so"`},
			})
			if err != nil {
				t.Fatal(err)
			}
			var args []string
			for _, a := range row.machine {
				args = append(args, strings.ReplaceAll(a, "%s", name))
			}
			if row.console {
				args = append(args, "-device", "virtio-serial-pci", "-chardev", "file,id=con,path="+console, "-device", "virtconsole,chardev=con", "-device", "virtio-rng-pci")
			}
			serial, status, exit := firmware(t, args...)
			if row.console {
				out, err := os.ReadFile(console)
				if err != nil || string(out) != diskOutput {
					t.Errorf("%v, the console said\n%s", err, clip(string(out)))
				}
			} else if !strings.HasSuffix(serial, diskOutput) {
				t.Error("the output is not at the serial port's end")
			}
			if !bytes.Equal(status, []byte{'x', 7}) || exit != row.exit {
				t.Errorf("status bytes %q, want an exit with 7; QEMU ended with %d, want %d; %+v", status, exit, row.exit, res)
			}
			if t.Failed() {
				t.Logf("serial port:\n%s", clip(serial))
			}
		})
	}
}
