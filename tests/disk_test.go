package tests

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/diskimage"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// ovmfDeadline is how long firmware and guest may take under TCG: about four
// seconds are usual.
const ovmfDeadline = 180 * time.Second

// ovmf is Debian's firmware: QEMU's options, and the variables that go with it.
type ovmf struct {
	code, vars string
	machine    []string
}

var (
	plainOVMF  = ovmf{"/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd", []string{"-M", "q35"}}
	secureOVMF = ovmf{"/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd",
		[]string{"-M", "q35,smm=on", "-global", "ICH9-LPC.disable_s3=1", "-global", "driver=cfi.pflash01,property=secure,value=on"}}
)

const diskOutput = "argument on a disk\nvariable said \"so\"\nroot with modes and times\ntime known\nthread two\ndone\n"

// boot boots a disk and returns what the serial port said, the two bytes that
// tell the guest's end, and QEMU's exit status. It waits for QEMU's end, or for the
// text until on the serial port.
func (o ovmf) boot(t *testing.T, until string, args ...string) (serial string, status []byte, exit int) {
	t.Helper()
	qemu := testenv.MustHave(t, kvmboot.QEMUProgram)
	code, vars := testenv.MustHaveFile(t, o.code), testenv.MustHaveFile(t, o.vars)
	dir := t.TempDir()
	serialFile, statusFile := filepath.Join(dir, "serial"), filepath.Join(dir, "status")
	ctx, cancel := context.WithTimeout(context.Background(), ovmfDeadline)
	defer cancel()
	argv := append(o.machine[:len(o.machine):len(o.machine)],
		"-accel", "tcg", "-cpu", "max", "-nodefaults", "-display", "none", "-no-reboot",
		"-drive", "if=pflash,format=raw,unit=0,readonly=on,file="+code,
		"-drive", "if=pflash,format=raw,unit=1,snapshot=on,file="+vars,
		"-serial", "file:"+serialFile,
		"-chardev", "file,id=st,path="+statusFile, "-device", "isa-debugcon,iobase=0xe9,chardev=st")
	found := false
	stop := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		for until != "" && !found {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
			s, _ := os.ReadFile(serialFile)
			if found = bytes.Contains(s, []byte(until)); found {
				cancel()
			}
		}
	})
	out, err := exec.CommandContext(ctx, qemu, append(argv, args...)...).CombinedOutput()
	close(stop)
	watch.Wait()
	s, _ := os.ReadFile(serialFile)
	serial = strings.ReplaceAll(string(s), "\r", "")
	status, _ = os.ReadFile(statusFile)
	var ee *exec.ExitError
	if err != nil && !errors.As(err, &ee) || ctx.Err() != nil && !found {
		t.Fatalf("QEMU: %v %v\n%s\nserial port:\n%s", err, ctx.Err(), out, clip(serial))
	}
	if ee != nil {
		exit = ee.ExitCode()
	}
	return serial, status, exit
}

const exitPort = "isa-debug-exit,iobase=0xf4,iosize=0x4"

// TestDisk boots a program from each kind of disk under UEFI firmware. Each boot
// takes seconds, so that they differ in all that can differ.
func TestDisk(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	want := strings.Replace(diskOutput, "root", "long 100000\nroot", 1)
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
				Output: name, Format: row.format, CPUs: row.cpus, Args: []string{"on a disk"}, Env: []string{`DISK=said "so"`, "LONG=" + strings.Repeat("\"", 100000)},
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
			serial, status, exit := plainOVMF.boot(t, "", args...)
			if row.console {
				out, err := os.ReadFile(console)
				if err != nil || string(out) != want {
					t.Errorf("%v, the console said\n%s", err, clip(string(out)))
				}
			} else if !strings.HasSuffix(serial, want) {
				t.Error("the output is not at the serial port's end")
			}
			if !strings.Contains(serial, "uk: firmware has read the kernel, ") || !strings.Contains(serial, "uk: starting the kernel\n") {
				t.Error("the loader does not say its steps")
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

// TestSecureBoot: firmware that wants signatures boots a disk that is signed with
// a key it knows, and no other.
func TestSecureBoot(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	locked, crt := testenv.MustHaveFile(t, "/usr/share/ovmf/PkKek-1-snakeoil.key"), testenv.MustHaveFile(t, "/usr/share/ovmf/PkKek-1-snakeoil.pem")
	key := filepath.Join(t.TempDir(), "key")
	testenv.Run(t, testenv.MustHave(t, "openssl"), "pkey", "-in", locked, "-passin", "pass:snakeoil", "-out", key)
	b := prepare(t, &program{name: "disk-base", build: c("disk.c"), kernel: uk.Options{Profile: "base"}, check: func(*testing.T, string) {}})
	for _, signed := range []bool{true, false} {
		opt := uk.DiskOptions{Output: filepath.Join(t.TempDir(), "disk"), Args: []string{"on a disk"}, Env: []string{`DISK=said "so"`}}
		until := "Access Denied"
		if signed {
			opt.SignKey, opt.SignCert, until = key, crt, ""
		}
		if _, err := b.img.Disk(context.Background(), opt); err != nil {
			t.Fatal(err)
		}
		serial, status, _ := secureOVMF.boot(t, until, "-m", "512M", "-device", exitPort,
			"-blockdev", "driver=raw,node-name=d,read-only=on,file.driver=file,file.filename="+opt.Output, "-device", "virtio-blk-pci,drive=d")
		if ran := bytes.Equal(status, []byte{'x', 7}) && strings.HasSuffix(serial, diskOutput); ran != signed {
			t.Errorf("signed %v, ran %v; status bytes %q; serial port:\n%s", signed, ran, status, clip(serial))
		}
	}
}
