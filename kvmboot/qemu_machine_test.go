package kvmboot

import (
	"slices"
	"strings"
	"testing"
)

// The devices of each machine, and what it has no room for.
func TestQEMUMachines(t *testing.T) {
	command := func(machine string, change func(*Config)) ([]string, error) {
		cfg := Config{Kernel: "k.elf", Root: "r.rofs", Machine: machine, Args: []string{"/prog"}}
		if change != nil {
			change(&cfg)
		}
		return QEMUCommand(cfg, "tcg", "")
	}
	for _, tt := range []struct {
		machine, option string
		has             []string
	}{
		{"", "microvm", []string{"virtio-blk-device,drive=root,bus=virtio-mmio-bus.0", "virtio-rng-device,bus=virtio-mmio-bus.2"}},
		{MachineQ35, "q35", []string{"virtio-blk-pci,drive=root", "virtio-serial-pci,max_ports=3", "virtio-rng-pci"}},
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
		change           func(*Config)
	}{
		{"pc", "want microvm or q35", nil},
		{MachineQ35, "q35 passes on a kernel command line of 4095 bytes at most", func(c *Config) { c.Args = append(c.Args, strings.Repeat("x", 4096)) }},
		{MachineMicroVM, "9 devices, with 6 drives and 0 shares: ", func(c *Config) { c.Drives = make([]Drive, 6) }},
	} {
		if _, err := command(tt.machine, tt.change); err == nil || !strings.Contains(err.Error(), tt.message) {
			t.Errorf("machine %s: %v, want %q", tt.machine, err, tt.message)
		}
	}
	if _, err := command(MachineQ35, func(c *Config) { c.Drives = make([]Drive, 6) }); err != nil {
		t.Error(err)
	}
}
