package kvmboot

// virtio-mmio transports: where the machine's devices are.
const (
	mmioBase    = 0xfeb00000
	mmioSize    = 512
	mmioIRQBase = 5
)

func mmioAddr(i int) uint64 { return mmioBase + mmioSize*uint64(i) }
func mmioIRQ(i int) uint32  { return mmioIRQBase + uint32(i) }

// addDevices makes the virtio devices of the configuration.
func (m *machine) addDevices() error {
	if m.cfg.NoVirtio {
		return nil
	}
	add := func(d device) { m.devices = append(m.devices, newTransport(m, m.mem, len(m.devices), d)) }
	if m.cfg.Root != "" && !m.cfg.RootAsModule {
		d, err := openRoot(m.cfg.Root, m.cfg.CPUs)
		if err != nil {
			return err
		}
		m.disks = append(m.disks, d.f)
		add(d)
	}
	in := newInput(m.cfg.Stdin, m.stopIn)
	add(newConsole(in, m.console, func(err error) { m.outputFailed("console output", err) }))
	add(&entropy{})
	for i, d := range m.cfg.Drives {
		f, size, err := openDrive(d)
		if err != nil {
			return err
		}
		m.disks = append(m.disks, f)
		add(newBlock(f, size, d.ReadOnly, driveName(i), m.cfg.CPUs))
	}
	return nil
}

// mmio serves one KVM_EXIT_MMIO. What no device answers reads as all ones.
func (m *machine) mmio(e mmioExit) {
	if off := e.addr - mmioBase; off < mmioSize*uint64(len(m.devices)) {
		t := m.devices[off/mmioSize]
		if e.write {
			t.write(off%mmioSize, e.data)
		} else {
			t.read(off%mmioSize, e.data)
		}
		return
	}
	if off := e.addr - ioapicBase; off < ioapicSize {
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
