package kvmboot

import (
	"fmt"
	"io"
	"strconv"

	"golang.org/x/sys/unix"

	"uk.example/internal/badoption"
	"uk.example/kvmboot/guestmem"
	"uk.example/kvmboot/virtio"
)

// MaxCPUs is the largest Config.CPUs. Local APIC ids stay below 255.
const MaxCPUs = 64

// DefaultMemory is the guest's memory, in bytes, when Config.Memory is 0.
const DefaultMemory = 128 << 20

// Terminal is the size of a screen, in characters.
type Terminal struct {
	Rows, Cols int
	// Size is what they are now, where Stdout is no terminal that tells; nil: as at the start.
	Size func() (rows, cols int)
}

// Config describes one run.
type Config struct {
	// Kernel is the path of an ELF64 kernel with a PVH note.
	Kernel string
	// Root is the path of the root file system image; empty: none.
	Root string
	// MapRoot has the built-in runner map Root into the guest's memory, where nothing prevents that: it is a PVH module
	// then, and no block device. The kernel must count it among its disks all the same.
	MapRoot bool
	// RootAsModule hands Root over as a PVH module instead of a block device.
	RootAsModule bool
	// NoVirtio (profile base) offers no virtio device at all: Root goes as a PVH
	// module.
	NoVirtio bool
	// SerialConsole makes the serial port the program's standard input and output,
	// for a kernel without a virtio console's driver. NoVirtio implies it.
	SerialConsole bool
	// NoEntropy offers no entropy device, for a kernel without its driver. NoVirtio
	// implies it.
	NoEntropy bool

	// Drives are further disks of the guest, whose kernel needs a driver for them.
	Drives []Drive
	// Shares are folders of the host that the guest can mount.
	Shares []Share
	// Mounts are made before the program starts, in this order.
	Mounts []Mount
	// Balloon takes memory from the guest; nil: the machine has none.
	Balloon *Balloon

	// Machine is QEMU's, MachineMicroVM (also "") or MachineQ35: where the kernel's
	// drivers look for their devices decides. The built-in runner has its own only.
	Machine string

	Args     []string // the program's argument vector, its name first
	Exe      string   // the program's file, where its name is not the path of it; empty: Args[0]
	Env      []string // KEY=value
	Cwd      string   // working folder in the guest; empty: the kernel's choice
	Hostname string
	Ulimits  []Ulimit // which the program begins with; the kernel must have the part for them
	User     string   // UID or UID:GID of the program; empty: root. The kernel must have the part for it
	// Traps has system calls of the program stay SYSCALL instructions, where the kernel would make jumps of them: its
	// code is what its files have.
	Traps bool
	// ASLR is "off" for a program at fixed addresses, or a number from which they are made;
	// "" or "on": they are chosen at each boot.
	ASLR string
	// Overlay is where the guest puts changes to the root file system: OverlayMemory, or the tag of one of Shares.
	// "": the root file system is only read. The kernel needs the part for it.
	Overlay string
	Cmdline string // further words for the kernel command line, already quoted

	// Vsock is a socket device between guest and host; nil: none. The guest needs its driver.
	Vsock *Vsock

	// Network lets the guest use this host's network through sockets of the runner; nil: it has none. The guest
	// needs the driver for that, and QEMU has no such device.
	Network *HostNetwork
	// Card is a network card; nil: the guest has none. It cannot have both.
	Card *Card

	Memory int64 // bytes, rounded up to a page; 0: DefaultMemory
	CPUs   int   // 0: 1

	// CPUID changes what the built-in runner's processors tell of themselves, a leaf at a time; nil: nothing.
	// A KVM that runs ring 3 natively shows this to ring 0 only.
	CPUID func(*CPUIDLeaf)

	// Stdin feeds the console; nil: end of file at once. A Reader that is not an
	// *os.File and blocks forever keeps one goroutine, as with os/exec.
	Stdin io.Reader
	// Stdout takes the console's output, Stderr the serial port's (early messages
	// and panics); nil discards. With SerialConsole the serial port goes to Stdout.
	// When both are the same Writer, it is still called by one goroutine at a time.
	Stdout, Stderr io.Writer
	// Closed are those of the descriptors 0 to 2 that the program does not have when it starts.
	Closed []int
	// ProgramStderr takes what the program writes to its standard error, in order with Stdout, but for QEMU's; nil: Stdout does. A serial
	// console and a terminal do not tell the two apart.
	ProgramStderr io.Writer
	// Terminal tells the guest that Stdin and Stdout are a terminal, which is in raw
	// mode: the guest edits lines and echoes. Its kernel needs CONFIG_TTY.
	Terminal *Terminal

	// ModuleFile is the file that what is printed names as its boot module when arguments and
	// environment are longer than the hypervisor's command line; empty: that is an error.
	ModuleFile string

	// Signals are sent to the program, which may catch them; nil: none come. One that it cannot
	// catch, as its kernel has no part for it, ends the machine with KindSignal if it ends
	// programs. QEMU has no way to pass a signal on: each that ends programs ends it.
	Signals <-chan unix.Signal

	Verbose bool // tells the kernel to say more (uk.verbose=1)
	Stats   bool // fills Status.Resident
	// Marks asks for the times of the boot, in Status.Timeline; nil: none.
	Marks *Marks
	// GDB is where QEMU waits for gdb before it runs the machine, as its option -gdb takes it; "": it does not.
	GDB string
	// Inspect are functions that look into the machine: each is called once when it is about to run, in a goroutine of
	// its own, and must return soon after Guest.Done.
	Inspect []func(*Guest)
	// Packets takes what crosses the network card and sockets of this host, as a pcap file; nil: nothing does.
	Packets io.Writer
	// OutputFolder is where functions of Inspect make files: a confined process may do so there.
	OutputFolder string
	// InspectStopped leaves the processors at the first instruction until one of Inspect lets them run.
	InspectStopped bool
	// SmallPages backs guest memory with small pages only.
	SmallPages bool

	// Confine takes from this whole process, for good, all that the machine does not need once
	// it is set up: privileges, files, programs and the network. It is for a process that does
	// nothing but to run one machine: no file can be opened afterwards, not even by what else
	// the process does. Files that it was started with are closed, but for standard input, output and
	// error, and Stdin, Stdout and Stderr. See docs/threat-model.md. QEMU is told to confine itself.
	Confine bool
	// Ready is called when all files of the machine are open and before it is confined and
	// runs; nil: nothing is. Under QEMU, which opens files itself, it is not called.
	Ready func() error
	// Running is called once, when the program's own code begins, behind everything that can keep it from that (a
	// library that is missing, say). Another interpreter than the kernel counts as the program's. nil: nothing is.
	Running func()
	// Live is given the machine once it is ready to run; nil: nobody looks at it.
	Live func(*Live)
	// Tee gets a copy of what the program writes, by one goroutine at a time; nil: nobody does. It must not wait.
	Tee func(stream int, p []byte)
	// Control leaves a process that confines itself the right to answer on Unix sockets that it listens on already, and
	// to empty files that are open.
	Control bool

	// HideEnv keeps the environment out of a command line that others can see.
	HideEnv bool

	board *board // nil: ownBoard
}

// Streams of Config.Tee.
const (
	StreamStdout = 1
	StreamStderr = 2
)

// tee is Tee for one stream, or nil.
func (cfg *Config) TeeOf(stream int) func([]byte) {
	if cfg.Tee == nil {
		return nil
	}
	return func(p []byte) { cfg.Tee(stream, p) }
}

// CheckMemory returns an error if a guest cannot have so many bytes of memory.
func CheckMemory(bytes int64) error {
	if bytes < MinMemory || bytes > MaxMemory {
		return badoption.Errorf("Memory", "guest memory of %d bytes: want %dM to %dG", bytes, MinMemory>>20, MaxMemory>>30)
	}
	return nil
}

// CheckCPUs returns an error if a guest cannot have so many processors.
func CheckCPUs(n int) error {
	if n < 1 || n > MaxCPUs {
		return badoption.Errorf("CPUs", "%d processors: want 1 to %d", n, MaxCPUs)
	}
	return nil
}

// noVirtio is the error of a device for a kernel that finds none on this machine.
func noVirtio(option, what string) error {
	return &badoption.About{Option: option, Err: fmt.Errorf("%s: the image's kernel finds no virtio device on this machine: build the image with the profile virtio-mmio, or virtio-pci for QEMU's machine %s", what, MachineQ35)}
}

// OverlayMemory is the Overlay of a configuration whose guest keeps changes in its memory.
const OverlayMemory = "memory"

// Normalize fills in defaults and checks ranges.
func (cfg *Config) Normalize() error {
	if cfg.Kernel == "" {
		return fmt.Errorf("no kernel named")
	}
	if m := cfg.Machine; m != "" && m != MachineMicroVM && m != MachineQ35 {
		return badoption.Errorf("Machine", "machine %q: want %s or %s", m, MachineMicroVM, MachineQ35)
	}
	if cfg.Memory == 0 {
		cfg.Memory = DefaultMemory
	}
	if err := CheckMemory(cfg.Memory); err != nil {
		return err
	}
	cfg.Memory = (cfg.Memory + guestmem.PageSize - 1) &^ (guestmem.PageSize - 1)
	if _, err := strconv.ParseUint(cfg.ASLR, 10, 64); err != nil && cfg.ASLR != "" && cfg.ASLR != "on" && cfg.ASLR != "off" {
		return badoption.Errorf("ASLR", "%q: want on, off, or a number", cfg.ASLR)
	}
	if cfg.CPUs == 0 {
		cfg.CPUs = 1
	}
	if err := CheckCPUs(cfg.CPUs); err != nil {
		return err
	}
	if cfg.NoVirtio {
		cfg.RootAsModule, cfg.SerialConsole, cfg.NoEntropy = true, true, true
	}
	if len(cfg.Drives) > virtio.MaxDrives {
		return badoption.Errorf("Drives", "%d drives: at most %d", len(cfg.Drives), virtio.MaxDrives)
	}
	if len(cfg.Drives) > 0 && cfg.NoVirtio {
		return noVirtio("Drives", cfg.Drives[0].Path)
	}
	if len(cfg.Shares) > 0 && cfg.NoVirtio {
		return noVirtio("Shares", cfg.Shares[0].Path)
	}
	if err := virtio.CheckShares(cfg.Shares); err != nil {
		return err
	}
	if cfg.Balloon != nil && cfg.NoVirtio {
		return noVirtio("Balloon", "a balloon")
	}
	if cfg.Vsock != nil {
		if cfg.NoVirtio {
			return noVirtio("Vsock", "sockets to the host")
		}
		v := *cfg.Vsock
		if err := v.Normalize(); err != nil {
			return err
		}
		cfg.Vsock = &v
	}
	if cfg.Network != nil {
		if cfg.NoVirtio {
			return noVirtio("Network", "sockets of this host")
		}
		n := *cfg.Network
		if err := n.Normalize(); err != nil {
			return err
		}
		cfg.Network = &n
	}
	if cfg.Card != nil {
		switch {
		case cfg.NoVirtio:
			return noVirtio("Card", "a network card")
		case cfg.Network != nil:
			return badoption.Errorf("Card", "a guest has a network card or this host's sockets, not both")
		}
		c := *cfg.Card
		if err := c.Normalize(); err != nil {
			return err
		}
		cfg.Card = &c
	}
	if cfg.Stdout == nil {
		cfg.Stdout = io.Discard
	}
	if cfg.Stderr == nil {
		cfg.Stderr = io.Discard
	}
	return nil
}

// Machines of QEMU, for [Config.Machine].
const (
	MachineMicroVM = "microvm" // virtio devices at addresses that the command line names
	MachineQ35     = "q35"     // virtio devices on PCI Express, firmware, ACPI
)

// QEMUProgram is the QEMU binary that package qemu starts, found through PATH.
const QEMUProgram = "qemu-system-x86_64"
