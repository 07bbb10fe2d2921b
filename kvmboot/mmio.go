package kvmboot

import (
	"fmt"

	"uk.example/kvmboot/guestmem"
	"uk.example/kvmboot/stdio"
	"uk.example/kvmboot/virtio"
)

// virtio-mmio transports: where the machine's devices are.
const (
	mmioBase    = 0xfeb00000
	mmioSize    = 512
	mmioIRQBase = 5
)

// There is an interrupt for each device: root, console, entropy, balloon, sockets, drives and shares.
const _ = uint(guestmem.IOAPICPins - mmioIRQBase - 5 - virtio.MaxDrives - virtio.MaxShares)

func mmioAddr(i int) uint64 { return mmioBase + mmioSize*uint64(i) }
func mmioIRQ(i int) uint32  { return mmioIRQBase + uint32(i) }

// addDevice puts a device at the next free transport.
func (m *machine) addDevice(d virtio.Device) {
	i := len(m.devices)
	t := virtio.NewTransport(m, m.mem, i, d)
	b := m.board()
	t.Addr, t.IRQ, t.Strict = b.base+b.size*uint64(i), b.irq+uint32(i), b.strict
	m.devices = append(m.devices, t)
}

// transportAt finds the register block that an address lies in.
func (m *machine) transportAt(addr uint64) (t *virtio.Transport, off uint64) {
	b := m.board()
	if off := addr - b.base; off < b.size*uint64(len(m.devices)) {
		return m.devices[off/b.size], off % b.size
	}
	return nil, 0
}

// addOwnDevices makes the virtio devices of the configuration.
func (m *machine) addOwnDevices() error {
	if m.cfg.NoVirtio {
		return nil
	}
	add := m.addDevice
	if m.cfg.Root != "" && !m.cfg.RootAsModule && m.mem.Root == nil {
		d, err := virtio.OpenRoot(m.cfg.Root, m.cfg.CPUs)
		if err != nil {
			return err
		}
		m.disks = append(m.disks, d.File())
		add(d)
	}
	if !m.cfg.SerialConsole {
		in := stdio.NewInput(m.cfg.Stdin, m.stopIn)
		d := virtio.NewConsole(in, m.console, m.consoleErr, func(err error) { m.outputFailed("console output", err) })
		if t := m.cfg.Terminal; t != nil && t.Size != nil {
			d.SetSize(t.Size)
		}
		add(d)
	}
	if !m.cfg.NoEntropy {
		add(&virtio.EntropyDevice{})
	}
	for i, d := range m.cfg.Drives {
		f, size, err := virtio.OpenDrive(d)
		if err != nil {
			return err
		}
		m.disks = append(m.disks, f)
		add(virtio.NewBlock(f, size, d.ReadOnly, virtio.DriveName(i), m.cfg.CPUs))
	}
	if b := m.cfg.Balloon; b != nil {
		if err := m.addBalloon(b, nil); err != nil {
			return err
		}
	}
	if m.cfg.Vsock != nil {
		if err := m.addVsock(m.cfg.Vsock); err != nil {
			return err
		}
	}
	if m.cfg.Network != nil {
		if err := m.addNetwork(m.cfg.Network); err != nil {
			return err
		}
	}
	if m.cfg.Card != nil {
		if err := m.addCard(m.cfg.Card); err != nil {
			return err
		}
	}
	for _, s := range m.cfg.Shares {
		d, err := virtio.NewShare(s)
		if err != nil {
			return err
		}
		m.shares = append(m.shares, d)
		add(d)
	}
	return nil
}

// addBalloon adds a balloon with these features; nil: all that there are.
func (m *machine) addBalloon(b *Balloon, features *virtio.BalloonFeatures) error {
	dev, d := virtio.NewBalloon(b, m.mem, features)
	m.addDevice(dev)
	if err := d.Start(m.devices[len(m.devices)-1], m.cfg.Memory); err != nil {
		return err
	}
	m.balloon = b
	return nil
}

// addVsock makes the socket device, to which programs of the host can connect at once.
func (m *machine) addVsock(cfg *Vsock) error {
	v, err := virtio.NewVsock(cfg)
	if err != nil {
		return err
	}
	m.vsock = v
	m.addDevice(v)
	v.Start(m.devices[len(m.devices)-1])
	return nil
}

// addNetwork makes the device of host sockets.
func (m *machine) addNetwork(n *HostNetwork) error {
	d, err := virtio.NewHostSockets(n, m.cfg.Memory, m.capture)
	if err != nil {
		return fmt.Errorf("host sockets: %w", err)
	}
	m.network = d
	m.addDevice(d)
	d.Start(m.devices[len(m.devices)-1])
	return nil
}

// addCard makes the network card.
func (m *machine) addCard(c *Card) error {
	d, err := c.Open(m.user)
	if err != nil {
		return err
	}
	if m.capture != nil {
		d.Capture(m.capture)
	}
	m.card = d
	m.addDevice(d)
	return nil
}

// mmio serves one access to a device's registers. What no device answers reads as all ones.
func (m *machine) mmio(e mmioExit) {
	if t, off := m.transportAt(e.addr); t != nil {
		if e.write {
			t.Write(off, e.data)
		} else {
			t.Read(off, e.data)
		}
		return
	}
	if off := e.addr - guestmem.IOAPICBase; off < ioapicSize && m.ioapic != nil {
		if e.write {
			m.ioapic.write(off, e.data)
		} else {
			m.ioapic.read(off, e.data)
		}
		return
	}
	if !e.write {
		for i := range e.data {
			e.data[i] = 0xff
		}
	}
}
