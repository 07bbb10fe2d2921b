package launch

import (
	"fmt"
	"os"
	"strings"

	"uk.example/internal/drivers"
	"uk.example/internal/image"
	"uk.example/internal/words"
	"uk.example/kvmboot"
	"uk.example/kvmboot/export"
	"uk.example/kvmboot/qemu"
	"uk.example/linker"
)

// What [Print] writes commands and configuration files for.
const (
	PrintQEMU            = "qemu"
	PrintFirecracker     = "firecracker"
	PrintCloudHypervisor = "cloud-hypervisor"
)

// Print returns what boots the image under a hypervisor, as text: a shell command for
// QEMU and Cloud Hypervisor, a configuration file for Firecracker. Notice of opt is told
// what the image lacks for it.
func Print(im *image.Bundle, hypervisor string, opt Options) (string, error) {
	if err := check(im, &opt); err != nil {
		return "", err
	}
	if hypervisor == PrintQEMU {
		if opt.VMM = VMMQEMU; opt.Accel == "" {
			opt.Accel = AccelTCG
			if kvmboot.Detect() == nil {
				opt.Accel = AccelKVM
			}
		}
		if err := chooseMachine(im, &opt); err != nil {
			return "", err
		}
	}
	cfg := Config(im, opt)
	notice := opt.Notice
	if notice == nil {
		notice = func(string) {}
	}
	need := func(s linker.Service, why string) {
		if driver := strings.Join(im.Serving(s), " or "); !im.ServesNamed(s) {
			notice(fmt.Sprintf("the driver %s is not in this image, CONFIG_%s=y adds it: %s; build it with --profile %s", driver, strings.ToUpper(driver), why, hypervisor))
		}
	}
	switch hypervisor {
	case PrintQEMU:
		argv, err := qemu.Command(cfg, opt.Accel, "")
		if err != nil {
			return "", err
		}
		return "# QEMU's exit status is twice the program's and one more.\n" + shellCommand(argv, "-append"), nil
	case PrintFirecracker:
		need(linker.Service{Kind: drivers.Reset}, "the guest could not end the virtual machine")
		if !cfg.NoVirtio {
			need(transport(drivers.MMIO), "Firecracker's devices would not be found")
		}
		if !cfg.SerialConsole && !im.BuiltIn(drivers.Serial) {
			notice("the program's output goes to the serial port under Firecracker, and there is no input: it has no virtio console")
		}
		text, err := export.FirecrackerConfig(cfg)
		return string(text), err
	case PrintCloudHypervisor:
		need(linker.Service{Kind: drivers.PowerOff}, "the guest could not end the virtual machine")
		if !cfg.NoVirtio {
			need(transport(drivers.PCI), "Cloud Hypervisor's devices would not be found")
		}
		argv, err := export.CloudHypervisor(cfg)
		if err != nil {
			return "", err
		}
		return shellCommand(argv, "--cmdline"), nil
	}
	return "", fmt.Errorf("hypervisor %q: use %s, %s or %s", hypervisor, PrintQEMU, PrintFirecracker, PrintCloudHypervisor)
}

func transport(name string) linker.Service {
	return linker.Service{Kind: drivers.Transport, Name: name}
}

// QEMUCommand returns the QEMU command that boots the image.
func QEMUCommand(im *image.Bundle, opt Options, accel string) ([]string, error) {
	if err := chooseMachine(im, &opt); err != nil {
		return nil, err
	}
	cfg := Config(im, opt)
	cfg.GDB = opt.GDB.ofQEMU()
	return qemu.Command(cfg, accel, os.DevNull)
}

// shellCommand quotes a command for sh. The argument behind the option cmdline is the
// kernel's command line, to which the time of the run is added.
func shellCommand(argv []string, cmdline string) string {
	var b strings.Builder
	for i, a := range argv {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words.Quote(a))
		if i > 0 && argv[i-1] == cmdline {
			b.WriteString(`" uk.time=$(date +%s%N)"`)
		}
	}
	return b.String() + "\n"
}
