package drivers

// Kinds of services for a run: see kernel/drivers and docs/profiles.md.
const (
	Disk        = "disk"         // that the root file system is on, too
	DiskNodes   = "disk-nodes"   // the disks' names in /dev
	DiskWriting = "disk-writing" // not for disks that are only read

	Balloon  = "balloon"
	Vsock    = "vsock"   // sockets to the host
	Shares   = "shares"  // folders of the host
	Network  = "network" // sockets of the host's network
	Card     = "card"    // a network card
	Terminal = "terminal"

	Overlay  = "overlay"  // a root file system that can be changed
	Mounting = "mounting" // mounts of any type
	Mount    = "mount"    // those of the type that is the service's name
	PTY      = "pty"      // for programs that name its files
)

// Kinds of services for a machine.
const (
	Device        = "device"      // one that is worth a name, which the service has
	Transport     = "transport"   // how virtio devices are reached: the name is MMIO or PCI
	PCIBus        = "pci-bus"     // PCI devices, with MSI-X
	Console       = "console"     // standard input and output
	Serial        = "serial"      // the same on the serial port
	Entropy       = "entropy"     // random numbers
	BootParams    = "boot-params" // Linux's boot protocol; the name is for people
	PowerOff      = "poweroff"    // ACPI's; the name is for people
	Reset         = "reset"       // the keyboard controller's; the name is for people
	RootPartition = "root-partition"
)

// Names of transports.
const (
	MMIO = "mmio"
	PCI  = "pci"
)

// kinds are all of them.
var kinds = map[string]bool{
	Disk: true, DiskNodes: true, DiskWriting: true, Balloon: true, Vsock: true, Shares: true, Network: true, Card: true, Terminal: true,
	Overlay: true, Mounting: true, Mount: true, PTY: true,
	Device: true, Transport: true, PCIBus: true, Console: true, Serial: true, Entropy: true, BootParams: true, PowerOff: true, Reset: true,
	RootPartition: true,
}

// Known tells whether anything asks for services of a kind.
func Known(kind string) bool { return kinds[kind] }

// OptionOf is the option of a run that services of a kind are for.
func OptionOf(kind string) string {
	switch kind {
	case Balloon:
		return "Balloon"
	case Vsock:
		return "Vsock"
	case Card:
		return "Card"
	case Shares:
		return "Shares"
	case Overlay:
		return "Overlay"
	case Mounting, Mount:
		return "Mounts"
	case Terminal:
		return "Terminal"
	}
	return "Drives"
}
