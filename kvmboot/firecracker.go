package kvmboot

import (
	"context"
	"fmt"
	"strconv"

	"uk.example/internal/lazyregexp"
	"uk.example/kvmboot/boot"
	"uk.example/kvmboot/firecracker"
	"uk.example/kvmboot/virtio"
)

// The keyboard controller.
const (
	i8042Data    = 0x60
	i8042Command = 0x64
	i8042Reset   = 0xfe
	i8042Enabled = 0x10 // of the status register: the keyboard is not locked
)

// RunFirecracker boots the machine that a configuration file of Firecracker's
// describes: its memory map, its devices where it has them, its serial port as
// the console, its command line, and the boot protocol that it would choose, PVH for
// a kernel with such a note and else Linux's 64-bit one. There are no ports for the
// guest's status. The guest ends by a reset through the keyboard controller, and the
// status is what a last line of its output says (see kernel/arch/x86_64/power_off.c), or else 0.
//
// Of io, the fields Stdin, Stdout, Stats and SmallPages count; Stdout gets all that the
// guest writes. Errors are those of Run.
func RunFirecracker(ctx context.Context, c *firecracker.Config, io Config) (Status, error) {
	cfg := Config{
		Kernel: c.Kernel, Memory: c.MemoryMiB << 20, CPUs: c.CPUs, SerialConsole: true,
		Stdin: io.Stdin, Stdout: io.Stdout, Stats: io.Stats, SmallPages: io.SmallPages,
		board: firecrackerBoard(c),
	}
	return Run(ctx, cfg)
}

// firecrackerBoard is the machine of a configuration.
func firecrackerBoard(c *firecracker.Config) *board {
	return &board{
		base: firecracker.MMIOBase, size: firecracker.MMIOSize, irq: firecracker.MMIOIRQBase, devices: firecracker.MaxDevices,
		strict: true, i8042: true,
		parse: boot.ParseELF, chips: (*machine).fullIRQChip,
		populate: func(m *machine) error { return m.addFirecrackerDevices(c) },
		load:     func(m *machine, k *boot.Kernel) error { return m.loadFirecracker(k, c) },
	}
}

// fullIRQChip has KVM make all the interrupt controllers of a PC, and its
// timer. The latter is not there on every KVM, and no guest of ours looks.
func (m *machine) fullIRQChip() error {
	if _, err := ioctlInt(m.vm, kvmCreateIRQChip, 0); err != nil {
		return err
	}
	_ = ioctlPtr(m.vm, kvmCreatePIT2, &kvmPITConfig{flags: 1})
	return nil
}

// addFirecrackerDevices makes the devices, in Firecracker's order.
func (m *machine) addFirecrackerDevices(c *firecracker.Config) error {
	if c.Balloon != nil {
		b := &Balloon{Size: int64(c.Balloon.MiB) << 20, Reporting: c.Balloon.Reporting}
		features := &virtio.BalloonFeatures{DeflateOnOOM: c.Balloon.DeflateOnOOM, Stats: c.Balloon.Stats, Reporting: c.Balloon.Reporting}
		if err := m.addBalloon(b, features); err != nil {
			return err
		}
	}
	for _, d := range c.Drives {
		f, size, err := virtio.OpenDrive(Drive{Path: d.Path, ReadOnly: d.ReadOnly})
		if err != nil {
			return err
		}
		m.disks = append(m.disks, f)
		m.addDevice(virtio.NewPlainBlock(f, size, d.ReadOnly, d.ID, d.Writeback))
	}
	if c.Vsock != nil {
		v := Vsock{CID: c.Vsock.CID, Path: c.Vsock.Path}
		if err := v.Normalize(); err != nil {
			return err
		}
		if err := m.addVsock(&v); err != nil {
			return err
		}
	}
	if c.Entropy {
		m.addDevice(&virtio.EntropyDevice{})
	}
	if n := len(m.devices); n > m.board().devices {
		return fmt.Errorf("%d devices: Firecracker has interrupt lines for %d", n, m.board().devices)
	}
	return nil
}

// i8042 serves the keyboard controller; ok tells whether the port is its own.
// Firecracker knows more commands, for keys; of interest to a guest without a keyboard is one.
func (m *machine) i8042(e ioExit) (end, ok bool) {
	if e.port != i8042Data && e.port != i8042Command {
		return false, false
	}
	if e.out {
		return e.port == i8042Command && e.size == 1 && len(e.data) > 0 && e.data[len(e.data)-1] == i8042Reset, true
	}
	clear(e.data)
	if e.port == i8042Command && e.size == 1 && len(e.data) > 0 {
		e.data[0] = i8042Enabled
	}
	return false, true
}

// lastWords keeps the end of what the guest writes.
type lastWords []byte

func (l *lastWords) add(p []byte) {
	const keep = 64
	*l = append(*l, p[max(0, len(p)-keep):]...)
	*l = append((*l)[:0], (*l)[max(0, len(*l)-keep):]...)
}

var lastLine = lazyregexp.New(`uk: (?:(exit status|ended by signal) ([0-9]{1,3})|kernel panic)\r?\n$`)

// status is the guest's, if its last line tells one.
func (l lastWords) status() Status {
	m := lastLine.FindSubmatch(l)
	if m == nil {
		return Status{Kind: KindExit}
	}
	code, _ := strconv.Atoi(string(m[2]))
	switch string(m[1]) {
	case "exit status":
		return Status{Kind: KindExit, Code: code & 0xff}
	case "ended by signal":
		return Status{Kind: KindSignal, Code: code & 0x7f}
	}
	return Status{Kind: KindPanic, Code: 1}
}
