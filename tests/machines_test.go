package tests

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/launch"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// TestQ35 runs rows of the table with their devices on PCI, on QEMU's machine
// q35 under TCG.
func TestQ35(t *testing.T) {
	testenv.MustHave(t, kvmboot.QEMUProgram)
	testenv.MustHaveKit(t, uk.FindKit)
	rows := []string{"app-native-example", "exit7", "nostdin", "stdin", "sync-cpus2", "files", "mmapfile", "app-busybox-sha256sum", "loader-longargs"}
	for _, p := range table() {
		if !slices.Contains(rows, p.name) {
			continue
		}
		rows = slices.DeleteFunc(rows, func(n string) bool { return n == p.name })
		q := *p
		q.name += "-q35"
		q.kernel.Profile = "virtio-pci"
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			compare(t, &q, uk.AccelTCG)
		})
	}
	if len(rows) > 0 {
		t.Errorf("the table has no rows %q", rows)
	}
}

// TestOneImage boots one image with the drivers of both transports on every
// machine, and one that finds no device on q35: its root goes as a module.
func TestOneImage(t *testing.T) {
	both, mmio := buildFor(t, "exit7.c", "virtio-mmio", "+virtio_pci"), buildFor(t, "exit7.c", "virtio-mmio")
	for _, tt := range []struct {
		name string
		img  *uk.Image
		opt  uk.RunOptions
	}{
		{"builtin", both, uk.RunOptions{VMM: uk.VMMBuiltin}},
		{"microvm", both, uk.RunOptions{Machine: kvmboot.MachineMicroVM, Accel: uk.AccelTCG}},
		{"q35", both, uk.RunOptions{Machine: kvmboot.MachineQ35, Accel: uk.AccelTCG}},
		{"q35-mmio", mmio, uk.RunOptions{Machine: kvmboot.MachineQ35, Accel: uk.AccelTCG}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.opt.VMM == uk.VMMBuiltin {
				needKVM(t)
			}
			ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
			defer cancel()
			var out, messages bytes.Buffer
			tt.opt.Stdout, tt.opt.Stderr = &out, &messages
			st, err := tt.img.Run(ctx, tt.opt)
			if err != nil || st.ExitCode() != 7 || out.String() != "about to end with 7\n" || messages.Len() > 0 {
				t.Errorf("%v (%v): %q\n%s", st, err, out.String(), messages.String())
			}
		})
	}
}

// TestSerialConsole runs rows whose console is the serial port, on the built-in
// runner and under TCG.
func TestSerialConsole(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	for _, p := range table() {
		if !slices.Contains([]string{"stdin", "nostdin"}, p.name) {
			continue
		}
		for _, accel := range []string{"", uk.AccelTCG} {
			q := *p
			q.name += "-serial" + accel
			q.kernel.Drivers = []string{"-console", "+serial"}
			t.Run(q.name, func(t *testing.T) {
				t.Parallel()
				if accel == "" {
					needKVM(t)
				} else {
					testenv.MustHave(t, kvmboot.QEMUProgram)
				}
				compare(t, &q, accel)
			})
		}
	}
}

// machineRun is an image on a machine that the runner does not make.
type machineRun struct {
	img    *uk.Image
	status int
	out    string // console and serial port
}

// qemu boots the image with the command that is printed for it, less what is
// in without, and with more arguments.
func (r *machineRun) qemu(t *testing.T, opt uk.RunOptions, without string, more ...string) {
	t.Helper()
	argv, err := launch.QEMUCommand(r.img.Bundle, opt, uk.AccelTCG)
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(argv, func(a string) bool { return without != "" && strings.HasPrefix(a, without) }); i > 0 {
		argv = slices.Delete(argv, i-1, i+1)
	}
	ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, argv[0], append(argv[1:], more...)...)
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("the machine did not end; output:\n%s", clip(out.String()))
	}
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	r.status, r.out = cmd.ProcessState.ExitCode(), out.String()
}

func buildFor(t *testing.T, source, profile string, drivers ...string) *uk.Image {
	t.Helper()
	testenv.MustHave(t, kvmboot.QEMUProgram)
	testenv.MustHaveKit(t, uk.FindKit)
	dir := t.TempDir()
	prog := filepath.Join(dir, "prog")
	if out, err := exec.Command("gcc", "-O1", "-o", prog, filepath.Join("programs", source), "-pthread").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	img, err := uk.Build(context.Background(), uk.Options{Binary: prog, Profile: profile, Drivers: drivers, Output: filepath.Join(dir, "image.uk")})
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// A machine without our exit port is powered off through ACPI: PM1 on q35, the
// sleep control register of a machine with reduced hardware on microvm.
func TestPowerOff(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ profile, machine string }{{"virtio-pci", ""}, {"microvm", "microvm"}} {
		t.Run(tt.profile, func(t *testing.T) {
			r := machineRun{img: buildFor(t, "exit7.c", tt.profile)}
			opt := uk.RunOptions{Machine: tt.machine}
			var more []string
			if tt.machine != "" {
				// ACPI moves the interrupts of the first devices from lines 5 to 16 and on.
				argv, err := launch.QEMUCommand(r.img.Bundle, opt, uk.AccelTCG)
				if err != nil {
					t.Fatal(err)
				}
				line := argv[slices.Index(argv, "-append")+1]
				line = strings.NewReplacer(":5 ", ":16 ", ":6 ", ":17 ", ":7 ", ":18 ").Replace(line)
				more = []string{"-M", "microvm,acpi=on,ioapic2=off,rtc=off,pcie=off,usb=off,isa-serial=off", "-append", line}
			}
			r.qemu(t, opt, "isa-debug-exit", more...)
			if r.status != 0 || !strings.Contains(r.out, "uk: exit status 7") {
				t.Errorf("QEMU's status %d; output:\n%s", r.status, clip(r.out))
			}
		})
	}
}

// Processors that only ACPI tells of.
func TestProcessorsOfACPI(t *testing.T) {
	t.Parallel()
	r := machineRun{img: buildFor(t, "nproc.c", "virtio-pci")}
	r.qemu(t, uk.RunOptions{}, "", "-smp", "3")
	if r.out != "3 processors\n" {
		t.Errorf("output:\n%s", clip(r.out))
	}
}

// A panic is told to the device, on the ISA bus and on PCI; QEMU then fails.
func TestPVPanic(t *testing.T) {
	t.Parallel()
	r := machineRun{img: buildFor(t, "exit7.c", "virtio-pci", "-blk")} // whose root goes as a module
	for _, device := range []string{"pvpanic", "pvpanic-pci"} {
		r.qemu(t, uk.RunOptions{}, r.img.Root(), "-device", device, "-action", "panic=exit-failure")
		if r.status != 1 || !strings.Contains(r.out, "panic: no root file system") {
			t.Errorf("%s: QEMU's status %d; output:\n%s", device, r.status, clip(r.out))
		}
	}
	r.qemu(t, uk.RunOptions{}, r.img.Root())
	if r.status != 3 { // by the exit port
		t.Errorf("no device: QEMU's status %d; output:\n%s", r.status, clip(r.out))
	}
}

// Devices behind bridges are found; those without a driver give one line.
func TestPCIBridges(t *testing.T) {
	t.Parallel()
	r := machineRun{img: buildFor(t, "exit7.c", "virtio-pci", "pvpanic_pci=n")}
	r.qemu(t, uk.RunOptions{}, "",
		"-device", "pcie-root-port,id=a,chassis=1", "-device", "pcie-root-port,id=b,chassis=2",
		"-device", "pcie-pci-bridge,id=c,bus=b", "-device", "pci-bridge,id=d,chassis_nr=3,bus=c,addr=3",
		"-device", "virtio-net-pci,bus=a", "-device", "pvpanic-pci,bus=d,addr=2")
	for _, want := range []string{
		"virtio device type 1: its driver is not in this image, CONFIG_VIRTIO_NET=y adds it\n",
		"PCI device 1b36:0011: its driver is not in this image, CONFIG_PVPANIC_PCI=y adds it\n",
	} {
		if strings.Count(r.out, want) != 1 {
			t.Errorf("not once %q; output:\n%s", want, clip(r.out))
		}
	}
	if r.status != 7<<1|1 {
		t.Errorf("QEMU's status %d", r.status)
	}
}
