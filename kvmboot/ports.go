package kvmboot

import (
	"encoding/binary"

	"uk.example/internal/abi"
)

// portIO serves one KVM_EXIT_IO. end is true when the guest asked to end.
func (m *machine) portIO(e ioExit) (end bool, err error) {
	if m.board().i8042 {
		if end, ok := m.i8042(e); ok {
			return end, nil
		}
	}
	if !e.out {
		for i := range e.data {
			e.data[i] = 0xff
		}
		if reg := int(e.port) - serialPort; reg >= 0 && reg < 8 && e.size == 1 {
			for i := range e.data {
				e.data[i] = m.serial.read(reg)
			}
		}
		if e.port == abi.PortSignal && e.size == 1 && m.tellsSignals() {
			for i := range e.data {
				e.data[i] = m.signals.read()
			}
		}
		return false, nil
	}
	switch {
	case e.port == abi.PortExit && m.board().own:
		return true, nil
	case e.port == abi.PortStatus && e.size == 1 && m.board().own:
		runs := false
		m.mu.Lock()
		for _, b := range e.data {
			runs = m.ports.Take(b) || runs
		}
		m.mu.Unlock()
		if runs {
			m.runs()
		}
	case e.port == abi.PortSignal && m.tellsSignals():
		m.signals.write()
	case e.port == abi.PortMemory && e.size == 2 && m.board().own:
		for b := e.data; len(b) >= 2; b = b[2:] {
			if err := m.announced(binary.LittleEndian.Uint16(b)); err != nil {
				return false, err
			}
		}
	case e.port >= serialPort && e.port < serialPort+8 && e.size == 1:
		return false, m.serial.write(int(e.port-serialPort), e.data)
	}
	return false, nil
}
