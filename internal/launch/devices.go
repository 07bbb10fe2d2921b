package launch

import (
	"fmt"
	"strings"

	"uk.example/internal/drivers"
	"uk.example/internal/image"
	"uk.example/kvmboot"
	"uk.example/linker"
)

// DeviceModel is the machine that an image's kernel expects, as its drivers tell.
type DeviceModel struct {
	Drivers []DriverUse `json:"drivers"` // built in
	Modules []string    `json:"modules"` // loaded when something needs them

	Boot       []string `json:"boot"`       // protocols by which a loader can enter the kernel
	Transport  []string `json:"transport"`  // how virtio devices are reached: "mmio", "pci"
	Devices    []string `json:"devices"`    // devices that have a driver, as "virtio block device"
	Mounts     []string `json:"mounts"`     // types of file systems that can be mounted besides the root, as mount(2) calls them
	Root       string   `json:"root"`       // where the root file system is
	Console    string   `json:"console"`    // where input comes from and output goes
	Interrupts string   `json:"interrupts"` // how devices interrupt
	Entropy    string   `json:"entropy"`
	Exit       []string `json:"exit"` // ways to end the virtual machine, the first that is there

	Machines []MachineFit `json:"machines"`
}

// DriverUse is a driver of an image and what selected it.
type DriverUse struct {
	Name string `json:"name"`
	Why  string `json:"why,omitempty"` // a profile's line, ...; "" if the link map does not tell
}

// MachineFit says whether an image boots on a machine type.
type MachineFit struct {
	Machine string `json:"machine"`
	Boots   bool   `json:"boots"`
	Note    string `json:"note,omitempty"` // what is missing, or works in another way
}

// Devices tells which devices the image's kernel has drivers for, and on which
// machines it boots.
func Devices(im *image.Bundle) *DeviceModel {
	d := &DeviceModel{Drivers: []DriverUse{}, Modules: append([]string{}, im.Modules...), Boot: []string{"PVH"}, Transport: []string{}, Devices: []string{}, Mounts: []string{}}
	why := map[string]string{}
	if m, err := linker.ReadMapOf(im.LinkMap(), im.KernelSHA256); err == nil {
		why = m.DriverWhy
	}
	for _, name := range im.Drivers {
		d.Drivers = append(d.Drivers, DriverUse{name, why[name]})
	}
	mmio, pci := im.Transports()
	if mmio {
		d.Transport = append(d.Transport, drivers.MMIO)
	}
	if pci {
		d.Transport = append(d.Transport, drivers.PCI)
	}
	virtio := mmio || pci
	d.Boot = append(d.Boot, named(im, drivers.BootParams)...)
	d.Devices = append(d.Devices, named(im, drivers.Device)...)
	d.Mounts = append(d.Mounts, named(im, drivers.Mount)...)
	console, serial, rng := virtio && im.Serves(drivers.Console), im.Serves(drivers.Serial), virtio && im.Serves(drivers.Entropy)

	d.Root = "in memory, where the loader puts it (a boot module)"
	if virtio && im.BuiltIn(drivers.Disk) { // modules come from the root file system
		d.Root = "the first virtio block device, or in memory, where the loader puts it"
	}
	switch {
	case console && serial:
		d.Console = "virtio console, or where there is none the first serial port (0x3f8)"
	case console:
		d.Console = "virtio console; where there is none, output goes to the first serial port (0x3f8)"
	case serial:
		d.Console = "first serial port (0x3f8), with input"
	default:
		d.Console = "first serial port (0x3f8), output only"
	}
	if im.Serves(drivers.Terminal) {
		d.Console += "; a terminal, if the command line says so (uk.tty=ROWSxCOLUMNS)"
	}
	var irq []string
	if mmio {
		irq = append(irq, "I/O APIC pins that the command line names (virtio_mmio.device=SIZE@ADDRESS:PIN)")
	}
	if im.Serves(drivers.PCIBus) {
		irq = append(irq, "messages (MSI-X) of PCI devices")
	}
	if d.Interrupts = strings.Join(irq, "; "); d.Interrupts == "" {
		d.Interrupts = "none of devices; the local APIC's timer"
	}
	d.Entropy = "RDRAND"
	if rng {
		d.Entropy = "virtio entropy device, or RDRAND"
	}
	d.Exit = []string{"status port 0xe9 and exit port 0xf4 (the built-in runner, QEMU's isa-debugcon and isa-debug-exit)"}
	d.Exit = append(append(d.Exit, named(im, drivers.PowerOff)...), named(im, drivers.Reset)...)
	d.Machines = machineFits(im, mmio, pci)
	return d
}

// named are the names of what the image's drivers serve of a kind, in the order of the drivers.
func named(im *image.Bundle, kind string) []string {
	var out []string
	for i := range im.Services {
		if s := &im.Services[i]; s.Kind == kind && im.HasDriver(s.Driver) {
			out = append(out, s.Name)
		}
	}
	return out
}

// machineFits judges each machine type.
func machineFits(im *image.Bundle, mmio, pci bool) []MachineFit {
	const inMemory = "the root file system goes into memory, the console is the serial port"
	fit := func(machine string, has bool, transport string) MachineFit {
		f := MachineFit{Machine: machine, Boots: true}
		switch {
		case !mmio && !pci:
			f.Note = inMemory
		case !has:
			f.Boots, f.Note = false, "its virtio devices are on "+transport+", where the kernel does not look: --profile "+map[string]string{"MMIO": "virtio-mmio", "PCI": "virtio-pci"}[transport]
		}
		return f
	}
	note := func(f *MachineFit, text string) {
		if f.Note != "" {
			f.Note += "; "
		}
		f.Note += text
	}
	adds := func(kind, what string) string {
		return fmt.Sprintf("CONFIG_%s=y adds %s", strings.ToUpper(driverFor(im, kind)), what)
	}
	q35 := MachineFit{Machine: "QEMU " + kvmboot.MachineQ35, Boots: true}
	if !pci {
		q35.Note = inMemory
	}
	fire, cloud := fit("Firecracker", mmio, "MMIO"), fit("Cloud Hypervisor", pci, "PCI")
	if fire.Boots && !im.Serves(drivers.Reset) {
		note(&fire, "the guest cannot end the machine: "+adds(drivers.Reset, "that"))
	}
	if fire.Boots && !im.Serves(drivers.BootParams) {
		note(&fire, "from version 1.12 on, which knows PVH: "+adds(drivers.BootParams, "earlier ones"))
	}
	if fire.Boots && !im.Serves(drivers.Serial) {
		note(&fire, "no input, as the console is the serial port there: "+adds(drivers.Serial, "it"))
	}
	if cloud.Boots && !im.Serves(drivers.PowerOff) {
		note(&cloud, "the guest cannot end the machine: "+adds(drivers.PowerOff, "that"))
	}
	uefi := MachineFit{"UEFI firmware", true, "as a disk image, see uk image"}
	if _, err := embedRoot(im, &DiskOptions{}); err != nil {
		uefi.Boots, uefi.Note = false, "its devices are on PCI, where the kernel does not look: --profile "+DiskProfile
	}
	builtin := fit("built-in", true, "")
	if !mmio {
		builtin.Note = inMemory
	}
	return []MachineFit{builtin, fit("QEMU "+kvmboot.MachineMicroVM, mmio, "MMIO"), q35, fire, cloud, uefi}
}
