package tests

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/launch"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
	"uk.example/kvmboot/firecracker"
)

// hypervisorRows are programs that run on the machines of other hypervisors.
func hypervisorRows(profile string) []program {
	rows := []program{
		{name: "hello", build: app("native-example")},
		{name: "exit7", build: c("exit7.c"), status: 7},
		{name: "abort", build: c("abort.c"), status: 134},
		{name: "args", build: c("args.c"), args: []string{"one", "", "two words", `quo"te`, `back\slash`, "new\nline", "tab\t", "ünï", "a=b", " -- ", "'", "$HOME"}},
		{name: "environ", build: c("environ.c"), env: []string{"GREETING=hello", "EMPTY=", `QUOTED=a "b" \c`}},
		{name: "sync", build: c("sync.c"), cpus: 2},
		{name: "clock", build: c("clock.c")},
		{name: "stdin", build: c("stdin.c"), stdin: "first\nsecond line\n\nlast without newline"},
	}
	for i := range rows {
		rows[i].name = profile + "-" + rows[i].name
		rows[i].kernel = uk.Options{Profile: profile}
	}
	return rows
}

// lastWords is what a kernel without a status port says at the end.
func lastWords(status int) string {
	switch {
	case status == 0:
		return ""
	case status > 128:
		return fmt.Sprintf("uk: ended by signal %d\n", status-128)
	}
	return fmt.Sprintf("uk: exit status %d\n", status)
}

// ctrlD ends the input of a serial line.
const ctrlD = "\x04"

// judge compares output and status where messages of the kernel may follow the
// program's output.
func judge(t *testing.T, p *program, b *built, out string, st kvmboot.Status, err error) {
	t.Helper()
	if err != nil || st.ExitCode() != p.status {
		t.Errorf("%v, %v, want exit status %d", st, err, p.status)
	}
	end := lastWords(p.status)
	if !strings.HasPrefix(out, b.host.out) || !strings.HasSuffix(out, end) || p.status < 128 && out != b.host.out+end {
		t.Errorf("output differs from the host's:\n%s", difference(b.host.out+end, out))
	}
}

// The configuration that uk run --print=firecracker writes, on the built-in
// runner's Firecracker machine, by both boot protocols.
func TestFirecracker(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	for _, p := range hypervisorRows("firecracker") {
		t.Run(strings.TrimPrefix(p.name, "firecracker-"), func(t *testing.T) {
			t.Parallel()
			b := prepare(t, &p)
			conf := firecrackerConfig(t, b, uk.RunOptions{Args: p.args, Env: p.environment(), CPUs: p.cpus,
				Notice: func(line string) { t.Errorf("notice: %s", line) }})
			for _, kernel := range []string{conf.Kernel, withoutPVH(t, conf.Kernel)} {
				for _, initrd := range []bool{false, true} {
					c := *conf
					c.Kernel = kernel
					if initrd {
						c.Initrd, c.Drives = c.Drives[0].Path, nil
					}
					var out bytes.Buffer
					ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
					st, err := kvmboot.RunFirecracker(ctx, &c, kvmboot.Config{Stdin: strings.NewReader(p.stdin + ctrlD), Stdout: &out})
					cancel()
					judge(t, &p, b, out.String(), st, err)
					if t.Failed() {
						t.Fatalf("kernel %s, initrd %v, output:\n%s", kernel, initrd, clip(out.String()))
					}
				}
			}
		})
	}
}

// A second disk behind a balloon, on the built-in runner's Firecracker machine.
func TestFirecrackerDevices(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	img := buildFor(t, "seconddisk.c", "firecracker", "+virtio_balloon", "+virtio_blk_rw", "+block_dev")
	disk := filepath.Join(t.TempDir(), "disk.img")
	if err := os.WriteFile(disk, make([]byte, 64<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := img.Print(launch.PrintFirecracker, uk.RunOptions{Memory: 64 * mb, Drives: []kvmboot.Drive{{Path: disk}}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := firecracker.Parse("printed", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, writeback := range []bool{false, true} {
		c.Balloon = &firecracker.Balloon{MiB: 16, DeflateOnOOM: true, Stats: writeback}
		c.Drives[1].Writeback = writeback
		var out bytes.Buffer
		ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
		st, err := kvmboot.RunFirecracker(ctx, c, kvmboot.Config{Stdout: &out})
		cancel()
		const want = "size 65536\nwrote 4096\nfsync 0\nread 4096\nthe same\n"
		if err != nil || st.ExitCode() != 0 || out.String() != want {
			t.Errorf("writeback %v: %v, %v, output:\n%s", writeback, st, err, out.String())
		}
		data, err := os.ReadFile(disk)
		if err != nil || !bytes.HasPrefix(data[4096:], []byte("written by the guest")) {
			t.Errorf("writeback %v: the disk holds %.20q (%v)", writeback, data[4096:], err)
		}
		if err := os.WriteFile(disk, make([]byte, 64<<10), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// One image, with every driver, on every machine.
func TestEveryMachine(t *testing.T) {
	needKVM(t)
	testenv.MustHave(t, kvmboot.QEMUProgram)
	testenv.MustHaveKit(t, uk.FindKit)
	p := program{name: "all-exit7", build: c("exit7.c"), status: 7, kernel: uk.Options{Profile: "all"}}
	b := prepare(t, &p)
	ctx, cancel := context.WithTimeout(context.Background(), 2*tcgDeadline)
	defer cancel()
	for _, opt := range []uk.RunOptions{
		{VMM: uk.VMMBuiltin},
		{VMM: uk.VMMQEMU, Accel: uk.AccelTCG, Machine: kvmboot.MachineMicroVM},
		{VMM: uk.VMMQEMU, Accel: uk.AccelTCG, Machine: kvmboot.MachineQ35},
	} {
		var out, messages bytes.Buffer
		opt.Stdout, opt.Stderr = &out, &messages
		st, err := b.img.Run(ctx, opt)
		if err != nil || st.ExitCode() != 7 || out.String() != b.host.out {
			t.Errorf("%s %s: %v, %v, output %q, messages %q", opt.VMM, opt.Machine, st, err, out.String(), messages.String())
		}
	}
	text, err := b.img.Print(launch.PrintFirecracker, uk.RunOptions{Notice: func(line string) { t.Errorf("notice: %s", line) }})
	if err != nil {
		t.Fatal(err)
	}
	conf, err := firecracker.Parse("printed", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, kernel := range []string{conf.Kernel, withoutPVH(t, conf.Kernel)} {
		conf.Kernel = kernel
		var out bytes.Buffer
		st, err := kvmboot.RunFirecracker(ctx, conf, kvmboot.Config{Stdout: &out})
		judge(t, &p, b, out.String(), st, err)
	}
}

// A kernel that gives up says so, and ends the machine.
func TestFirecrackerPanic(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	p := hypervisorRows("firecracker")[0]
	b := prepare(t, &p)
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	var out bytes.Buffer
	st, err := kvmboot.RunFirecracker(ctx, &firecracker.Config{Kernel: b.img.Kernel(), CPUs: 1, MemoryMiB: 32}, kvmboot.Config{Stdout: &out})
	if err != nil || st.Kind != kvmboot.KindPanic || !strings.HasPrefix(out.String(), "panic: no root") || !strings.HasSuffix(out.String(), "uk: kernel panic\n") {
		t.Errorf("%v, %v, output:\n%s", st, err, out.String())
	}
}

// firecrackerConfig is what uk run --print=firecracker writes, read back.
func firecrackerConfig(t *testing.T, b *built, opt uk.RunOptions) *firecracker.Config {
	t.Helper()
	text, err := b.img.Print(launch.PrintFirecracker, opt)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "fc.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	conf, err := firecracker.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return conf
}

// withoutPVH makes a copy of a kernel whose PVH note nobody knows, so that a
// loader takes the ELF header's entry.
func withoutPVH(t *testing.T, kernel string) string {
	t.Helper()
	data, err := os.ReadFile(kernel)
	if err != nil {
		t.Fatal(err)
	}
	note := []byte("\x04\x00\x00\x00\x08\x00\x00\x00\x12\x00\x00\x00Xen\x00")
	i := bytes.Index(data, note)
	if i < 0 {
		t.Fatalf("%s has no PVH note", kernel)
	}
	data[i+8] = 0x7f
	file := filepath.Join(t.TempDir(), "nopvh.elf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A kernel with CONFIG_BOOT_PARAMS has a physical entry; the others none that a
// loader of Linux kernels could take.
func TestELFEntry(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	for profile, physical := range map[string]bool{"firecracker": true, "virtio-mmio": false} {
		p := program{name: "entry-" + profile, build: app("native-example"), kernel: uk.Options{Profile: profile}}
		f, err := elf.Open(prepare(t, &p).img.Kernel())
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		found := false
		for _, s := range f.Progs {
			if s.Type == elf.PT_LOAD && s.Flags&elf.PF_X != 0 && f.Entry >= s.Paddr && f.Entry < s.Paddr+s.Filesz {
				found = true
			}
		}
		if found != physical {
			t.Errorf("profile %s: entry %#x, physical: %v", profile, f.Entry, found)
		}
	}
}

// The 64-bit entry under TCG, which no loader of QEMU's takes for an ELF file: a
// guest that does starts the kernel.
func TestLinuxBoot(t *testing.T) {
	testenv.MustHave(t, kvmboot.QEMUProgram)
	testenv.MustHaveKit(t, uk.FindKit)
	loader := linuxLoader(t)
	for _, p := range hypervisorRows("firecracker") {
		if p.status > 128 || p.stdin != "" || p.name == "firecracker-clock" || p.name == "firecracker-environ" || p.name == "firecracker-args" {
			continue
		}
		t.Run(strings.TrimPrefix(p.name, "firecracker-"), func(t *testing.T) {
			t.Parallel()
			b := prepare(t, &p)
			file := linuxModule(t, b.img)
			ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
			defer cancel()
			out, err := exec.CommandContext(ctx, kvmboot.QEMUProgram, "-M", "q35", "-accel", "tcg", "-cpu", "max", "-m", "256M", "-smp", strconv.Itoa(max(p.cpus, 1)),
				"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-kernel", loader, "-initrd", file, "-serial", "stdio",
				"-append", fmt.Sprintf("uk.cpus=%d uk.arg=%q", max(p.cpus, 1), b.img.Command[0])).CombinedOutput()
			if want := b.host.out + lastWords(p.status); err != nil || string(out) != want {
				t.Errorf("%v\n%s", err, difference(want, string(out)))
			}
		})
	}
}

// linuxLoader compiles the loader, with macros.
func linuxLoader(t *testing.T, macros ...string) string {
	t.Helper()
	gcc := testenv.MustHave(t, "gcc")
	loader := filepath.Join(t.TempDir(), "loader.elf")
	args := []string{"-O2", "-ffreestanding", "-fno-pic", "-fno-pie", "-mno-red-zone", "-mgeneral-regs-only", "-fno-tree-loop-distribute-patterns",
		"-fno-stack-protector", "-fcf-protection=none", "-fno-asynchronous-unwind-tables", "-nostdlib", "-static", "-Wa,-I../kvmboot/testdata",
		"-Wl,-T,testdata/linux64.ld,--build-id=none,--no-warn-rwx-segments,-z,noexecstack,-e,_start", "-o", loader,
		"../kvmboot/testdata/start64.S", "testdata/linux64.c"}
	if msg, err := exec.Command(gcc, append(args, macros...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, msg)
	}
	return loader
}

// linuxModule writes what the loader loads.
func linuxModule(t *testing.T, img *uk.Image) string {
	t.Helper()
	kernel, err := os.ReadFile(img.Kernel())
	if err != nil {
		t.Fatal(err)
	}
	root, err := os.ReadFile(img.Root())
	if err != nil {
		t.Fatal(err)
	}
	module := make([]byte, 4096)
	binary.LittleEndian.PutUint64(module[0:], uint64(len(kernel)))
	binary.LittleEndian.PutUint64(module[8:], uint64(len(root)))
	module = append(module, kernel...)
	module = append(module, make([]byte, -len(kernel)&4095)...)
	module = append(module, root...)
	file := filepath.Join(t.TempDir(), "module")
	if err := os.WriteFile(file, module, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// What Cloud Hypervisor's ACPI tables have and QEMU's have not: processors by x2APIC
// entries, a sleep control register at a port, versions before 53 with an _S5_ of one
// element. The register is the debug console here, which gets 5<<2 | 1<<5.
func TestCloudHypervisorTables(t *testing.T) {
	testenv.MustHave(t, kvmboot.QEMUProgram)
	testenv.MustHaveKit(t, uk.FindKit)
	img := buildFor(t, "nproc.c", "firecracker", "+acpi")
	ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
	defer cancel()
	console := filepath.Join(t.TempDir(), "console")
	out, err := exec.CommandContext(ctx, kvmboot.QEMUProgram, "-M", "q35", "-accel", "tcg", "-cpu", "max", "-m", "256M", "-smp", "2",
		"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-kernel", linuxLoader(t, "-DTABLES"), "-initrd", linuxModule(t, img), "-serial", "stdio",
		"-chardev", "file,id=sleep,path="+console, "-device", "isa-debugcon,iobase=0xe9,chardev=sleep",
		"-append", fmt.Sprintf("uk.arg=%q", img.Command[0])).CombinedOutput()
	said, _ := os.ReadFile(console)
	if err != nil || string(out) != "2 processors\n" || string(said) != "x\x004" {
		t.Errorf("%v, output %q, at the sleep control register %q", err, out, said)
	}
}

// The QEMU command that uk run --print writes, run by sh, under TCG.
func TestPrintedQEMU(t *testing.T) {
	testenv.MustHave(t, kvmboot.QEMUProgram)
	testenv.MustHaveKit(t, uk.FindKit)
	for _, profile := range []string{"virtio-mmio", "microvm", "virtio-pci", "cloud-hypervisor", "firecracker", "base"} {
		for _, p := range hypervisorRows(profile) {
			if p.cpus > 1 || p.status > 128 || p.stdin != "" || strings.HasSuffix(p.name, "-clock") { // whole seconds
				continue
			}
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				b := prepare(t, &p)
				text, err := b.img.Print(launch.PrintQEMU, uk.RunOptions{Args: p.args, Env: p.environment(), Accel: uk.AccelTCG})
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
				defer cancel()
				cmd := exec.CommandContext(ctx, "sh")
				cmd.Stdin = strings.NewReader(text)
				var out, errOut bytes.Buffer
				cmd.Stdout, cmd.Stderr = &out, &errOut
				_ = cmd.Run()
				if got, want := cmd.ProcessState.ExitCode(), 2*p.status+1; got != want {
					t.Errorf("QEMU ends with %d, want %d: %s", got, want, errOut.String())
				}
				if out.String() != b.host.out {
					t.Errorf("output differs from the host's:\n%s\ncommand: %s", difference(b.host.out, out.String()), text)
				}
			})
		}
	}
}

// A machine without ports of ours, under TCG: q35 with the root as a module. The
// guest ends it by a reset through the keyboard controller.
func TestReset(t *testing.T) {
	testenv.MustHave(t, kvmboot.QEMUProgram)
	testenv.MustHaveKit(t, uk.FindKit)
	p := program{name: "reset-exit7", build: c("exit7.c"), status: 7, kernel: uk.Options{Profile: "base", Drivers: []string{"i8042"}}}
	b := prepare(t, &p)
	ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, kvmboot.QEMUProgram, "-M", "q35", "-accel", "tcg", "-cpu", "max", "-m", "64M", "-nodefaults", "-no-user-config",
		"-display", "none", "-no-reboot", "-kernel", b.img.Kernel(), "-initrd", b.img.Root(), "-serial", "stdio", "-append", fmt.Sprintf("uk.arg=%q", b.img.Command[0]))
	out, err := cmd.CombinedOutput()
	if err != nil || string(out) != b.host.out+lastWords(7) {
		t.Errorf("%v, output %q", err, out)
	}
}
