package qemu

import (
	"fmt"
	"strings"

	"uk.example/internal/abi"
	"uk.example/kvmboot"
)

// qemuMachine is how a machine is asked for and how a device is put into it.
type qemuMachine struct {
	name    string
	options string
	// pci: devices are found by looking, so that the command line names none.
	pci   bool
	max   int    // virtio devices at most
	words string // for the kernel command line
	// maxCmdline is how long the kernel command line may be.
	maxCmdline int

	count int // devices so far
}

// q35Cmdline is what QEMU's loader of PVH kernels on q35, an option ROM, has room
// for (pc-bios/optionrom/pvh_main.c, CMDLINE_BUFSIZE, with a NUL byte). It writes
// whatever there is, and over its own data.
const q35Cmdline = 4095

// microvmCmdline is less than what one argument of a program can be, QEMU's as well.
const microvmCmdline = 32 << 10

func newQEMUMachine(name string) *qemuMachine {
	if name == kvmboot.MachineQ35 {
		return &qemuMachine{name: name, options: "q35,usb=off,sata=off,smbus=off,vmport=off,hpet=off,i8042=off", pci: true, max: 29,
			maxCmdline: q35Cmdline,
			words:      abi.CmdRAM + "=dirty"} // its firmware used some
	}
	// Eight transports is what the machine has without ACPI.
	return &qemuMachine{name: kvmboot.MachineMicroVM, options: "microvm,acpi=off,rtc=off,pcie=off,usb=off,isa-serial=off,auto-kernel-cmdline=off", max: 8, maxCmdline: microvmCmdline}
}

// prepare are the arguments that the machine's virtio devices need as a whole.
func (m *qemuMachine) prepare() []string {
	if m.pci {
		return nil
	}
	// The transports speak the legacy interface unless told otherwise.
	return []string{"-global", "virtio-mmio.force-legacy=off"}
}

// device gives the value of -device for one more virtio device: kind "blk", "rng" ...
func (m *qemuMachine) device(kind string, options ...string) string {
	name := "virtio-" + kind + "-device"
	if m.pci {
		name = "virtio-" + kind + "-pci"
	} else {
		options = append(options, fmt.Sprintf("bus=virtio-mmio-bus.%d", m.count))
	}
	m.count++
	return strings.Join(append([]string{name}, options...), ",")
}

// transports is the number of devices that the command line must name.
func (m *qemuMachine) transports() int {
	if m.pci {
		return 0
	}
	return m.count
}

// check tells whether there is room for the devices.
func (m *qemuMachine) check(drives, shares int) error {
	if m.count > m.max {
		return fmt.Errorf("%d devices, with %d drives and %d shares: QEMU's machine %s has room for %d", m.count, drives, shares, m.name, m.max)
	}
	return nil
}
