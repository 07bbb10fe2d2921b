package uk

import (
	"os/exec"
	"slices"
	"strings"

	"uk/internal/badoption"
	"uk/kvmboot"
)

// has tells whether the image's kernel has a driver whose name begins so.
func (im *Image) has(prefix string) bool {
	return slices.ContainsFunc(im.Drivers, func(d string) bool { return strings.HasPrefix(d, prefix) })
}

// mayHave tells the same of drivers that may be modules.
func (im *Image) mayHave(prefix string) bool {
	return im.has(prefix) || slices.ContainsFunc(im.Modules, func(d string) bool { return strings.HasPrefix(d, prefix) })
}

// transports tells where the kernel looks for its devices. A module counts only
// where the root file system needs no device, as modules are files of it.
func (im *Image) transports() (mmio, pci bool) {
	in := im.mayHave
	if im.has("virtio_blk") {
		in = im.has
	}
	return in("virtio_mmio"), in("virtio_pci")
}

const pciOnly = "the kernel of %s looks for its devices on PCI: use --vmm=qemu --machine=q35, or build the image with --profile virtio-mmio"

// chooseMachine fills in the machine that the kernel's drivers ask for, and the
// monitor that has it. It refuses one on which the kernel would not boot. The built-in
// runner has no PCI: a kernel that looks for its devices there gets none.
func (im *Image) chooseMachine(opt *RunOptions) error {
	mmio, pci := im.transports()
	switch {
	case opt.Machine != "" && opt.Machine != kvmboot.MachineMicroVM && opt.Machine != kvmboot.MachineQ35:
		return badoption.Errorf("Machine", "machine %q: use %s or %s", opt.Machine, kvmboot.MachineMicroVM, kvmboot.MachineQ35)
	case opt.Machine != "" && opt.VMM == VMMBuiltin:
		return badoption.Errorf("Machine", "the built-in runner has one machine only: use --vmm=qemu with --machine=%s", opt.Machine)
	case pci && !mmio && opt.Machine == kvmboot.MachineMicroVM:
		return badoption.Errorf("Machine", pciOnly, im.Name())
	case pci && !mmio && opt.VMM == VMMBuiltin && opt.hasDevices():
		return badoption.Errorf("VMM", pciOnly, im.Name())
	}
	if opt.Machine == "" && pci && !mmio && opt.VMM != VMMBuiltin {
		if opt.VMM != VMMQEMU && opt.Accel == "" && !opt.hasDevices() && kvmboot.Detect() == nil && !hasQEMU() {
			opt.VMM = VMMBuiltin
			return nil
		}
		opt.Machine = kvmboot.MachineQ35
	}
	if opt.Machine != "" && (opt.VMM == "" || opt.VMM == VMMAuto) {
		opt.VMM = VMMQEMU
	}
	return nil
}

// hasDevices tells whether the guest is to have devices besides its root file system and console.
func (o *RunOptions) hasDevices() bool {
	return len(o.Drives)+len(o.Shares) > 0 || o.Vsock != nil || o.Balloon != nil
}

func hasQEMU() bool {
	_, err := exec.LookPath(kvmboot.QEMUProgram)
	return err == nil
}

// noDevices tells whether the machine has no device that the kernel has a driver
// for: the root file system is then put into memory, and the console is the serial
// port.
func (im *Image) noDevices(opt *RunOptions) bool {
	mmio, pci := im.transports()
	return !im.mayHave("virtio") || opt.Machine == kvmboot.MachineQ35 && !pci || opt.VMM == VMMBuiltin && !mmio
}
