package qemu

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"uk.example/kvmboot/guesttest"

	"golang.org/x/sys/unix"

	"uk.example/kvmboot"
)

// The devices of each machine, and what it has no room for.
func TestQEMUMachines(t *testing.T) {
	command := func(machine string, change func(*kvmboot.Config)) ([]string, error) {
		cfg := kvmboot.Config{Kernel: "k.elf", Root: "r.rofs", Machine: machine, Args: []string{"/prog"}}
		if change != nil {
			change(&cfg)
		}
		return Command(cfg, "tcg", "")
	}
	for _, tt := range []struct {
		machine, option string
		has             []string
	}{
		{"", "microvm", []string{"virtio-blk-device,drive=root,bus=virtio-mmio-bus.0", "virtio-rng-device,bus=virtio-mmio-bus.2"}},
		{kvmboot.MachineQ35, "q35", []string{"virtio-blk-pci,drive=root", "virtio-serial-pci,max_ports=3", "virtio-rng-pci"}},
	} {
		argv, err := command(tt.machine, nil)
		if err != nil {
			t.Fatal(err)
		}
		if m := argv[slices.Index(argv, "-M")+1]; !strings.HasPrefix(m, tt.option+",") {
			t.Errorf("machine %q: -M %s", tt.machine, m)
		}
		for _, h := range tt.has {
			if !slices.Contains(argv, h) {
				t.Errorf("machine %q: no %s in %q", tt.machine, h, argv)
			}
		}
		named := strings.Contains(argv[slices.Index(argv, "-append")+1], "virtio_mmio.device=")
		if named != (tt.option == "microvm") {
			t.Errorf("machine %q: devices named on the command line: %v", tt.machine, named)
		}
	}
	for _, tt := range []struct {
		machine, message string
		change           func(*kvmboot.Config)
	}{
		{"pc", "want microvm or q35", nil},
		{kvmboot.MachineQ35, "q35 passes on a kernel command line of 4095 bytes at most", func(c *kvmboot.Config) { c.Args = append(c.Args, strings.Repeat("x", 4096)) }},
		{kvmboot.MachineMicroVM, "9 devices, with 6 drives and 0 shares: ", func(c *kvmboot.Config) { c.Drives = make([]kvmboot.Drive, 6) }},
	} {
		if _, err := command(tt.machine, tt.change); err == nil || !strings.Contains(err.Error(), tt.message) {
			t.Errorf("machine %s: %v, want %q", tt.machine, err, tt.message)
		}
	}
	if _, err := command(kvmboot.MachineQ35, func(c *kvmboot.Config) { c.Drives = make([]kvmboot.Drive, 6) }); err != nil {
		t.Error(err)
	}
}

// Who looks at the list of processes sees none of the program's environment in it, and a superuser's QEMU cannot make devices in a share.
func TestQEMUProcess(t *testing.T) {
	dir := t.TempDir()
	said := filepath.Join(dir, "said")
	fake := "#!/bin/sh\ntr '\\0' '\\n' </proc/$$/cmdline >" + said + "\ngrep CapPrm /proc/self/status >>" + said + "\ncat /proc/self/fd/6 >>" + said + "\n"
	if err := os.WriteFile(filepath.Join(dir, kvmboot.QEMUProgram), []byte(fake), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	cfg := kvmboot.Config{Kernel: guesttest.Kernel(t, "../testdata", "hostile.S", "ringloop.c"), Args: []string{"/prog", "private"}, Env: []string{"PASSWORD=secret"}, NoVirtio: true, Memory: 16 << 20, Confine: true}
	_, _ = Run(guesttest.Limit(t), cfg, "tcg")
	b, err := os.ReadFile(said)
	if err != nil {
		t.Fatal(err)
	}
	argv, rest, _ := strings.Cut(string(b), "CapPrm:\t")
	caps, module, _ := strings.Cut(rest, "\n")
	if strings.Contains(argv, "secret") || strings.Contains(argv, "private") || !strings.Contains(argv, "uk.words=") {
		t.Errorf("command line %q", argv)
	}
	if !strings.Contains(module, "PASSWORD=secret") || !strings.Contains(module, "private") {
		t.Errorf("module %q", module)
	}
	if n, err := strconv.ParseUint(caps, 16, 64); err != nil || n>>unix.CAP_MKNOD&1 != 0 || n>>unix.CAP_SYS_ADMIN&1 != 0 || os.Geteuid() == 0 && n>>unix.CAP_CHOWN&1 == 0 {
		t.Errorf("capabilities %q, %v", caps, err)
	}
}
