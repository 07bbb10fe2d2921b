package kvmboot

import (
	"encoding/binary"
	"testing"

	"uk.example/kvmboot/firecracker"
	"uk.example/kvmboot/guestmem"
	"uk.example/kvmboot/virtio"
)

// Registers of virtio-mmio and what they hold, virtio 1.2, sections 4.2.2 and 2.1.
const (
	virtioRegMagic          = 0x00
	virtioRegDeviceID       = 0x08
	virtioRegDeviceFeatures = 0x10
	virtioRegDeviceFeatSel  = 0x14
	virtioRegStatus         = 0x70

	virtioMagic       = 0x74726976
	virtioAcknowledge = 1
)

// statusOf reads a device's register Status.
func statusOf(m *machine, i int) uint32 {
	b := make([]byte, 4)
	m.devices[i].Read(virtioRegStatus, b)
	return binary.LittleEndian.Uint32(b)
}

// ring puts a list into guest memory and rings the doorbell.
func ring(m *machine, at uint32, entries ...[2]uint32) {
	b := m.mem.Low[at:]
	for i, e := range entries {
		binary.LittleEndian.PutUint32(b[8*i:], e[0])
		binary.LittleEndian.PutUint32(b[8*i+4:], e[1])
	}
	doorbell(m, at|uint32(len(entries)))
}

func doorbell(m *machine, v uint32) (end bool) {
	return m.runnerMMIO(mmioExit{addr: mmioAddr(0) + regList, data: binary.LittleEndian.AppendUint32(nil, v), write: true})
}

func listMachine(t *testing.T) *machine {
	mem, err := guestmem.New(MinMemory, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(mem.Close)
	m := &machine{cfg: &Config{}, mem: mem, ioapic: newIOAPIC(func(uint64, uint32) {})}
	m.addDevice(&virtio.EntropyDevice{})
	m.addDevice(&virtio.EntropyDevice{})
	return m
}

func TestRegisterList(t *testing.T) {
	m := listMachine(t)
	d := uint32(mmioAddr(1))
	const at = 0x2000
	value := func(i int) uint32 { return binary.LittleEndian.Uint32(m.mem.Low[at+8*i+4:]) }
	ring(m, at,
		[2]uint32{guestmem.IOAPICBase + ioapicSelect, ioapicTable + 2*6},
		[2]uint32{guestmem.IOAPICBase + ioapicWindow, 0x41},
		[2]uint32{d + virtioRegStatus, virtioAcknowledge},
		[2]uint32{d + virtioRegStatus | listRead, 0},
		[2]uint32{d + virtioRegMagic | listRead, 0},
		[2]uint32{d + virtioRegDeviceFeatSel, 1},
		[2]uint32{d + virtioRegDeviceFeatures | listRead, 0},
		[2]uint32{0xfeb10000 | listRead, 0}, // nothing is there
		[2]uint32{d + regList, at | 3},      // no list in a list
		[2]uint32{d + regEnd, 'x'},
		[2]uint32{d + virtioRegDeviceID | listRead, 0},
	)
	for i, want := range map[int]uint32{3: virtioAcknowledge, 4: virtioMagic, 6: 1, 7: 0xffffffff, 10: 4} {
		if got := value(i); got != want {
			t.Errorf("entry %d is %#x, want %#x", i, got, want)
		}
	}
	if m.ioapic.redir[6] != 0x41 || statusOf(m, 1) != virtioAcknowledge || statusOf(m, 0) != 0 {
		t.Errorf("redirection %#x, status %d and %d", m.ioapic.redir[6], statusOf(m, 1), statusOf(m, 0))
	}
}

// TestRegisterListHostile: nothing outside of the guest's memory is read or written.
func TestRegisterListHostile(t *testing.T) {
	m := listMachine(t)
	end := uint32(len(m.mem.Low))
	ring(m, end-64, [2]uint32{uint32(mmioAddr(0)) | listRead, 0}) // the last bytes
	if got := binary.LittleEndian.Uint32(m.mem.Low[end-60:]); got != virtioMagic {
		t.Errorf("%#x", got)
	}
	for _, v := range []uint32{0, end, end | 1, end - 64 | 9, end - 64 | 63, 0xffffffff, 0xfec00000 | 5} {
		if doorbell(m, v) {
			t.Errorf("a list at %#x ended the machine", v)
		}
	}
	for n := range 9 { // other widths, and a load
		m.runnerMMIO(mmioExit{addr: mmioAddr(0) + regList, data: make([]byte, n), write: n != 4})
	}
}

func TestEndRegister(t *testing.T) {
	m := listMachine(t)
	m.ports.Take('p')
	if !m.runnerMMIO(mmioExit{addr: mmioAddr(1) + regEnd, data: []byte{'x', 7, 0xff, 0xff}, write: true}) {
		t.Fatal("the machine goes on")
	}
	if s, ok := m.ports.Status(); !ok || s.Kind != KindExit || s.Code != 7 {
		t.Errorf("%v, %v", s, ok)
	}
	m = listMachine(t)
	m.cfg.board = firecrackerBoard(&firecracker.Config{})
	if m.runnerMMIO(mmioExit{addr: firecracker.MMIOBase + regEnd, data: []byte{'x', 7, 0, 0}, write: true}) {
		t.Error("Firecracker's machine has no such register")
	}
}

func TestYieldRegister(t *testing.T) {
	m := listMachine(t)
	for _, n := range []int{1, 4, 8} {
		if m.runnerMMIO(mmioExit{addr: mmioAddr(0) + regYield, data: make([]byte, n), write: true}) {
			t.Errorf("a store of %d bytes ended the machine", n)
		}
	}
}
