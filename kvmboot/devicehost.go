package kvmboot

import "os"

// These make the machine what transports and devices ask of one.

// Raise is an edge on an interrupt line.
func (m *machine) Raise(line uint32) { m.raise(line) }

// Guarded has a fault of f on guest memory end the machine.
func (m *machine) Guarded(f func()) func() { return m.guarded(f) }

// Connect lets writes of queue to the register at addr signal an event.
func (m *machine) Connect(addr uint64, queue, event int) {
	args := kvmIOEventFDArgs{datamatch: uint64(queue), addr: addr, len: 4, fd: int32(event), flags: 1}
	_ = ioctlPtr(m.vm, kvmIOEventFD, &args)
}

// OutputEnds is closed when the caller gives up.
func (m *machine) OutputEnds() <-chan struct{} {
	if m.stopOut == nil {
		return nil
	}
	return m.stopOut.C
}

// RemoveSocket removes the sockets' one where this process cannot.
func (m *machine) RemoveSocket() {
	if m.sandbox != nil {
		_ = m.sandbox.RemoveSocket()
	}
}

// RemoveLink removes a card's socket.
func (m *machine) RemoveLink(path string) {
	switch {
	case m.sandbox == nil:
		_ = os.Remove(path)
	case m.cfg.Vsock == nil: // else it can remove that one's only, and who listens there next finds nobody
		_ = m.sandbox.RemoveSocket()
	}
}
