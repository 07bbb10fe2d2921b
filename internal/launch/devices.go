package launch

import (
	"slices"
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
	add := func(list *[]string, driver, text string) bool {
		if !im.HasDriver(driver) {
			return false
		}
		*list = append(*list, text)
		return true
	}
	add(&d.Boot, "boot_params", "Linux 64-bit")
	mmio, pci := im.Transports()
	if mmio {
		d.Transport = append(d.Transport, "mmio")
	}
	if pci {
		d.Transport = append(d.Transport, "pci")
	}
	virtio := mmio || pci
	add(&d.Devices, "virtio_blk", "virtio block device")
	console := virtio && add(&d.Devices, "virtio_console", "virtio console")
	rng := virtio && add(&d.Devices, "virtio_rng", "virtio entropy device")
	add(&d.Devices, "virtio_balloon", "virtio memory balloon")
	add(&d.Devices, "virtio_net", "virtio network card")
	for _, name := range []string{"vsock", "virtio_vsock"} {
		add(&d.Devices, name, "virtio sockets")
	}
	add(&d.Devices, drivers.HostNetwork, "host sockets, the built-in runner's network")
	add(&d.Devices, drivers.Share9P, "virtio 9P transport, for shared folders")
	serial := add(&d.Devices, "serial", "16550 serial port, with input")
	add(&d.Devices, "pvpanic", "pvpanic")
	add(&d.Devices, "pci", "PCI Express")
	add(&d.Mounts, drivers.ISO, "iso9660")
	add(&d.Mounts, drivers.Ext4, "ext4")
	add(&d.Mounts, drivers.Share9P, "9p")

	d.Root = "in memory, where the loader puts it (a boot module)"
	if virtio && slices.Contains(im.Drivers, "virtio_blk") { // modules come from the root file system
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
	if im.HasDriver(drivers.TTY) {
		d.Console += "; a terminal, if the command line says so (uk.tty=ROWSxCOLUMNS)"
	}
	var irq []string
	if mmio {
		irq = append(irq, "I/O APIC pins that the command line names (virtio_mmio.device=SIZE@ADDRESS:PIN)")
	}
	if im.HasDriver("pci") {
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
	add(&d.Exit, "acpi", "ACPI power-off")
	add(&d.Exit, "i8042", "reset through the keyboard controller")
	d.Machines = machineFits(im, mmio, pci)
	return d
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
	q35 := MachineFit{Machine: "QEMU " + kvmboot.MachineQ35, Boots: true}
	if !pci {
		q35.Note = inMemory
	}
	fire, cloud := fit("Firecracker", mmio, "MMIO"), fit("Cloud Hypervisor", pci, "PCI")
	if fire.Boots && !im.HasDriver("i8042") {
		note(&fire, "the guest cannot end the machine: CONFIG_I8042=y adds that")
	}
	if fire.Boots && !im.HasDriver("boot_params") {
		note(&fire, "from version 1.12 on, which knows PVH: CONFIG_BOOT_PARAMS=y adds earlier ones")
	}
	if fire.Boots && !im.HasDriver("serial") {
		note(&fire, "no input, as the console is the serial port there: CONFIG_SERIAL=y adds it")
	}
	if cloud.Boots && !im.HasDriver("acpi") {
		note(&cloud, "the guest cannot end the machine: CONFIG_ACPI=y adds that")
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
