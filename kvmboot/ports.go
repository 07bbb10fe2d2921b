package kvmboot

import (
	"sync"
)

// I/O ports of the machine.
const (
	serialPort = 0x3f8 // eight registers of a 16550
	statusPort = 0xe9  // kind, value (see statusPorts)
	exitPort   = 0xf4  // any write ends the machine
)

// Registers of the 16550 that a driver which only transmits needs; the others
// read as written (scratch, line control) or zero.
const (
	uartTHR = 0 // transmit; divisor low while DLAB is set
	uartIER = 1 // interrupt enable; divisor high while DLAB is set
	uartIIR = 2
	uartLCR = 3
	uartMCR = 4
	uartLSR = 5
	uartMSR = 6
	uartSCR = 7

	lcrDLAB = 0x80
	lsrIdle = 0x60 // transmitter empty, holding register empty
)

// serial is a transmit-only 16550. It never interrupts and is always ready.
type serial struct {
	mu   sync.Mutex
	regs [8]byte
	out  *output
}

// write takes a run of bytes written to one register.
func (s *serial) write(reg int, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(data) == 0 {
		return nil
	}
	if reg == uartTHR && s.regs[uartLCR]&lcrDLAB == 0 {
		return s.out.write(data)
	}
	if reg == uartIER || reg == uartLCR || reg == uartMCR || reg == uartSCR {
		s.regs[reg] = data[len(data)-1]
	}
	return nil
}

func (s *serial) read(reg int) byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch reg {
	case uartTHR:
		return 0
	case uartIIR:
		return 1 // no interrupt pending
	case uartLSR:
		return lsrIdle
	case uartMSR:
		return 0xb0 // carrier, data set ready, clear to send
	}
	return s.regs[reg]
}

// portIO serves one KVM_EXIT_IO. end is true when the guest asked to end.
func (m *machine) portIO(e ioExit) (end bool, err error) {
	if !e.out {
		for i := range e.data {
			e.data[i] = 0xff
		}
		if reg := int(e.port) - serialPort; reg >= 0 && reg < 8 && e.size == 1 {
			v := m.serial.read(reg)
			for i := range e.data {
				e.data[i] = v
			}
		}
		return false, nil
	}
	switch {
	case e.port == exitPort:
		return true, nil
	case e.port == statusPort && e.size == 1:
		m.mu.Lock()
		for _, b := range e.data {
			m.ports.write(b)
		}
		m.mu.Unlock()
	case e.port >= serialPort && e.port < serialPort+8 && e.size == 1:
		return false, m.serial.write(int(e.port-serialPort), e.data)
	}
	return false, nil
}
