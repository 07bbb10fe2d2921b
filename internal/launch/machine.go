package launch

import (
	"fmt"
	"os/exec"

	"uk.example/internal/badoption"
	"uk.example/internal/drivers"
	"uk.example/internal/image"
	"uk.example/kvmboot"
)

const pciOnly = "the kernel of %s looks for its devices on PCI: use --vmm=qemu --machine=q35, or build the image with --profile virtio-mmio"

const pciNoQEMU = "the kernel of %s looks for its devices on PCI, which the built-in runner has not: install QEMU (Debian: qemu-system-x86), or build the image with --profile virtio-mmio"

// chooseMachine fills in the machine that the kernel's drivers ask for, and the
// monitor that has it. It refuses one on which the kernel would not boot. The built-in
// runner has no PCI: a kernel that looks for its devices there gets none.
func chooseMachine(im *image.Bundle, opt *Options) error {
	mmio, pci := im.Transports()
	devices := opt.hasDevices() || opt.Network != nil && im.Serves(drivers.Network)
	switch {
	case opt.Machine != "" && opt.Machine != kvmboot.MachineMicroVM && opt.Machine != kvmboot.MachineQ35:
		return badoption.Errorf("Machine", "machine %q: use %s or %s", opt.Machine, kvmboot.MachineMicroVM, kvmboot.MachineQ35)
	case opt.Machine != "" && opt.VMM == VMMBuiltin:
		return badoption.Errorf("Machine", "the built-in runner has one machine only: use --vmm=qemu with --machine=%s", opt.Machine)
	case pci && !mmio && opt.Machine == kvmboot.MachineMicroVM:
		return badoption.Errorf("Machine", pciOnly, im.Name())
	case pci && !mmio && opt.VMM == VMMBuiltin && devices:
		return badoption.Errorf("VMM", pciOnly, im.Name())
	}
	if opt.Machine == "" && pci && !mmio && opt.VMM != VMMBuiltin {
		if opt.VMM != VMMQEMU && opt.Accel == "" && !hasQEMU() && kvmboot.Detect() == nil {
			return withoutPCI(im, opt, devices)
		}
		opt.Machine = kvmboot.MachineQ35
	}
	if opt.Machine != "" && (opt.VMM == "" || opt.VMM == VMMAuto) {
		opt.VMM = VMMQEMU
	}
	return nil
}

// withoutPCI chooses the built-in runner for a kernel that finds none of its devices there, if it can do without.
func withoutPCI(im *image.Bundle, opt *Options, devices bool) error {
	if devices {
		return fmt.Errorf(pciNoQEMU, im.Name())
	}
	opt.VMM = VMMBuiltin
	return nil
}

// hasDevices tells whether the guest is to have devices besides its root file system and console.
func (o *Options) hasDevices() bool {
	return len(o.Drives)+len(o.Shares) > 0 || o.Vsock != nil || o.Balloon != nil || o.Card != nil || o.overlayFolder() != ""
}

func hasQEMU() bool {
	_, err := exec.LookPath(kvmboot.QEMUProgram)
	return err == nil
}

// noDevices tells whether the machine has no device that the kernel has a driver
// for: the root file system is then put into memory, and the console is the serial
// port.
func noDevices(im *image.Bundle, opt *Options) bool {
	mmio, pci := im.Transports()
	return !mmio && !pci || opt.Machine == kvmboot.MachineQ35 && !pci || opt.VMM == VMMBuiltin && !mmio
}
