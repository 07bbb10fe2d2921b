package kvmboot

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"uk.example/internal/abi"
)

// Registers of the transports that are this runner's own, where virtio 1.2, section 4.2.2,
// has none. The kernel is told of them by a word of the command line, listWord.
//
// An access to a register is an exit, of which a device takes 25 to be started. A store to
// regList carries out a list of them at one: its value is the guest-physical address of the
// list and, in the low bits, how many entries it has (kernel/arch/x86_64/registers.c). A store to
// regEnd ends the machine; its value is what the guest says at abi.PortStatus otherwise, kind and
// value, one byte each. A store to regYield lets other threads of the host run first: the
// processor spins (kernel/core/thread/spin.c).
//
// With the word the kernel also relies on interrupts that are edges: it acknowledges none.
const (
	regList  = abi.MMIOList
	regEnd   = abi.MMIOEnd
	regYield = abi.MMIOYield

	listWord  = abi.CmdList + "=1"
	listCount = abi.ListCount
	listEntry = abi.ListEntry
	listRead  = abi.ListRead
)

// runnerMMIO serves one KVM_EXIT_MMIO, of the registers above, too. end is true when the
// guest asked to end.
func (m *machine) runnerMMIO(e mmioExit) (end bool) {
	if t, off := m.transportAt(e.addr); t == nil || !m.board().own || !e.write || len(e.data) != 4 || off != regList && off != regEnd && off != regYield {
		m.mmio(e)
		return false
	} else if off == regYield {
		_, _, _ = unix.Syscall(unix.SYS_SCHED_YIELD, 0, 0, 0)
		return false
	} else if off == regEnd {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.ports = StatusPorts{}
		m.ports.Take(e.data[0])
		m.ports.Take(e.data[1])
		return true
	}
	v := binary.LittleEndian.Uint32(e.data)
	list, err := m.mem.Slice(uint64(v&^listCount), uint64(v&listCount)*listEntry)
	if err != nil {
		return false // as a device that does not answer
	}
	for ; len(list) > 0; list = list[listEntry:] {
		m.listed(list[:listEntry])
	}
	return false
}

// listed carries out one entry, which is the guest's memory and may change meanwhile.
// An entry cannot begin another list.
func (m *machine) listed(entry []byte) {
	addr := binary.LittleEndian.Uint32(entry)
	value := [4]byte(entry[4:])
	m.mmio(mmioExit{addr: uint64(addr &^ listRead), data: value[:], write: addr&listRead == 0})
	if addr&listRead != 0 {
		copy(entry[4:], value[:])
	}
}
