package kvmboot

import "fmt"

// virtio-mmio transports: where the machine's devices are.
const (
	mmioBase    = 0xfeb00000
	mmioSize    = 512
	mmioIRQBase = 5
)

func mmioAddr(i int) uint64 { return mmioBase + mmioSize*uint64(i) }
func mmioIRQ(i int) uint32  { return mmioIRQBase + uint32(i) }

// addDevice puts a device at the next free transport.
func (m *machine) addDevice(d device) {
	i := len(m.devices)
	t := newTransport(m, m.mem, i, d)
	t.addr, t.irq = mmioAddr(i), mmioIRQ(i)
	if m.cfg.firecracker != nil {
		t.addr, t.irq = fcMMIOAddr(i), fcMMIOIRQ(i)
		t.strict = true
	}
	m.devices = append(m.devices, t)
}

// transportAt finds the register block that an address lies in.
func (m *machine) transportAt(addr uint64) (t *transport, off uint64) {
	base, stride := uint64(mmioBase), uint64(mmioSize)
	if m.cfg.firecracker != nil {
		base, stride = fcMMIOBase, fcMMIOSize
	}
	if off := addr - base; off < stride*uint64(len(m.devices)) {
		return m.devices[off/stride], off % stride
	}
	return nil, 0
}

// addDevices makes the virtio devices of the configuration.
func (m *machine) addDevices() error {
	if m.cfg.firecracker != nil {
		return m.addFirecrackerDevices()
	}
	if m.cfg.NoVirtio {
		return nil
	}
	add := m.addDevice
	if m.cfg.Root != "" && !m.cfg.RootAsModule && m.mem.root == nil {
		d, err := openRoot(m.cfg.Root, m.cfg.CPUs)
		if err != nil {
			return err
		}
		m.disks = append(m.disks, d.f)
		add(d)
	}
	if !m.cfg.SerialConsole {
		in := newInput(m.cfg.Stdin, m.stopIn)
		d := newConsole(in, m.console, m.consoleErr, func(err error) { m.outputFailed("console output", err) })
		if t := m.cfg.Terminal; t != nil && t.Size != nil {
			d.size, d.hasSize = t.Size, true
		}
		add(d)
	}
	if !m.cfg.NoEntropy {
		add(&entropy{})
	}
	for i, d := range m.cfg.Drives {
		f, size, err := openDrive(d)
		if err != nil {
			return err
		}
		m.disks = append(m.disks, f)
		add(newBlock(f, size, d.ReadOnly, driveName(i), m.cfg.CPUs))
	}
	if b := m.cfg.Balloon; b != nil {
		d := &balloon{b: b, mem: m.mem}
		if err := m.addBalloon(d, d); err != nil {
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
		d, err := newShare(s)
		if err != nil {
			return err
		}
		m.shares = append(m.shares, d)
		add(d)
	}
	return nil
}

// addBalloon adds dev, which is d or a form of it.
func (m *machine) addBalloon(d *balloon, dev device) error {
	m.addDevice(dev)
	t := m.devices[len(m.devices)-1]
	if err := d.b.attach(m.cfg.Memory, t.configChanged, m.guarded(func() { d.askFor(t) })); err != nil {
		return err
	}
	m.balloon = d.b
	return nil
}

// addVsock makes the socket device, to which programs of the host can connect at once.
func (m *machine) addVsock(cfg *Vsock) error {
	v, err := newVsock(cfg)
	if err != nil {
		return err
	}
	m.vsock = v
	m.addDevice(v)
	v.start(m.devices[len(m.devices)-1])
	return nil
}

// addNetwork makes the device of host sockets.
func (m *machine) addNetwork(n *HostNetwork) error {
	n.capture = m.capture
	o := n.options()
	o.Memory = int64(m.cfg.Memory)
	d, err := newHostSockets(o)
	if err != nil {
		return fmt.Errorf("host sockets: %w", err)
	}
	m.network = d
	m.addDevice(d)
	d.start(m.devices[len(m.devices)-1])
	return nil
}

// addCard makes the network card.
func (m *machine) addCard(c *Card) error {
	d, err := c.open(m.user)
	if err != nil {
		return err
	}
	if m.capture != nil {
		d.link = capturedLink{d.link, m.capture}
	}
	m.card = d
	m.addDevice(d)
	return nil
}

// mmio serves one access to a device's registers. What no device answers reads as all ones.
func (m *machine) mmio(e mmioExit) {
	if t, off := m.transportAt(e.addr); t != nil {
		if e.write {
			t.write(off, e.data)
		} else {
			t.read(off, e.data)
		}
		return
	}
	if off := e.addr - ioapicBase; off < ioapicSize && m.ioapic != nil {
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
