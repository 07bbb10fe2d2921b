package kvmboot

import (
	"sync"

	"uk.example/internal/abi"
	"uk.example/kvmboot/stdio"
)

// The serial port of a PC: a 16550A (National Semiconductor PC16550D datasheet)
// at serialPort with interrupt serialIRQ.
const (
	serialPort = abi.PortSerial // eight registers
	serialIRQ  = 4
	serialFIFO = 64 // bytes of input that it holds
)

// Registers, and their bits that this model knows.
const (
	uartTHR = 0 // transmit and receive; divisor low while DLAB is set
	uartIER = 1 // interrupt enable; divisor high while DLAB is set
	uartIIR = 2 // interrupt identification; written: FIFO control
	uartLCR = 3
	uartMCR = 4
	uartLSR = 5
	uartMSR = 6
	uartSCR = 7

	ierReceived = 1
	ierSent     = 2
	ierAll      = 0xf

	iirNone     = 1
	iirSent     = 2
	iirReceived = 4
	iirFIFO     = 0xc0

	fcrClearReceived = 2

	lcrDLAB = 0x80
	mcrLoop = 0x10

	lsrReceived = 0x01
	lsrIdle     = 0x60 // transmitter empty, holding register empty
	msrReady    = 0xb0 // carrier, data set ready, clear to send
)

// serial is the port. What is sent goes out at once, so that it is always ready.
// Interrupts are what Firecracker's model makes of them, edges: one for input that
// arrives while its interrupt is enabled and none of its kind is pending. Input that
// was there before a driver enables them raises none: it has to look.
type serial struct {
	mu        sync.Mutex
	out       *stdio.Output
	interrupt func() // nil: the line leads nowhere

	ier, iir, lcr, mcr, scr byte
	divisor                 [2]byte
	fifo                    []byte
	room                    chan struct{} // signaled when fifo has become empty
	said                    lastWords
	asked                   bool          // input was looked for
	wanted                  chan struct{} // closed then
}

func newSerial(out *stdio.Output, interrupt func()) *serial {
	return &serial{out: out, interrupt: interrupt, lcr: 3, mcr: 8, iir: iirNone, divisor: [2]byte{12, 0}, room: make(chan struct{}, 1), wanted: make(chan struct{})}
}

// endOfInput tells of an end where a line has none: Ctrl-D, as on a terminal.
const EndOfInput = 4

// feed hands input over, once the guest looks for some, until it ends or the machine
// stops. A serial line has no end of input: with tell, a last byte is one, else the
// guest goes on waiting.
func (s *serial) feed(in *stdio.Input, tell bool) {
	select {
	case <-s.wanted:
	case <-in.Stop.C:
		return
	}
	for {
		p, err := in.Peek()
		if err != nil && (err == stdio.ErrStopped || !tell) {
			return
		}
		if err != nil {
			if s.receive([]byte{EndOfInput}) > 0 {
				return
			}
		} else if n := s.receive(p); n > 0 {
			in.Consume(n)
			continue
		}
		select {
		case <-s.room:
		case <-in.Stop.C:
			return
		}
	}
}

// receive takes as much of p as there is room for.
func (s *serial) receive(p []byte) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(p), serialFIFO-len(s.fifo))
	if s.mcr&mcrLoop != 0 {
		n = 0
	}
	if n > 0 {
		s.fifo = append(s.fifo, p[:n]...)
		s.raise(ierReceived, iirReceived)
	}
	return n
}

// raise makes an interrupt pending, if it is enabled; mu is held.
func (s *serial) raise(enable, pending byte) {
	if s.ier&enable == 0 || s.iir&pending != 0 {
		return
	}
	s.iir = s.iir&^iirNone | pending
	if s.interrupt != nil {
		s.interrupt()
	}
}

// drop ends a pending interrupt; mu is held.
func (s *serial) drop(pending byte) {
	if s.iir &^= pending; s.iir == 0 {
		s.iir = iirNone
	}
}

// write takes a run of bytes written to one register.
func (s *serial) write(reg int, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(data) == 0 {
		return nil
	}
	last := data[len(data)-1]
	switch {
	case s.lcr&lcrDLAB != 0 && reg <= uartIER:
		s.divisor[reg] = last
	case reg == uartTHR && s.mcr&mcrLoop != 0:
		s.fifo = append(s.fifo, data[:min(len(data), serialFIFO-len(s.fifo))]...)
		s.raise(ierReceived, iirReceived)
	case reg == uartTHR:
		s.said.add(data)
		err := s.out.Write(data)
		s.raise(ierSent, iirSent)
		return err
	case reg == uartIER:
		s.ier = last & ierAll
		s.want(s.ier & ierReceived)
	case reg == uartIIR:
		if last&fcrClearReceived != 0 {
			s.emptied()
		}
	case reg == uartLCR:
		s.lcr = last
	case reg == uartMCR:
		s.mcr = last
	case reg == uartSCR:
		s.scr = last
	}
	return nil
}

// lastStatus is the guest's by what it wrote last; another processor may still write.
func (s *serial) lastStatus() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.status()
}

func (s *serial) read(reg int) byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.lcr&lcrDLAB != 0 && reg <= uartIER:
		return s.divisor[reg]
	case reg == uartTHR:
		s.drop(iirReceived)
		if len(s.fifo) == 0 {
			return 0
		}
		b := s.fifo[0]
		if s.fifo = s.fifo[1:]; len(s.fifo) == 0 {
			s.emptied()
		}
		return b
	case reg == uartIER:
		return s.ier
	case reg == uartIIR:
		v := s.iir
		s.iir = iirNone
		return v | iirFIFO
	case reg == uartLCR:
		return s.lcr
	case reg == uartMCR:
		return s.mcr
	case reg == uartLSR:
		s.want(1)
		if len(s.fifo) > 0 {
			return lsrIdle | lsrReceived
		}
		return lsrIdle
	case reg == uartMSR:
		if s.mcr&mcrLoop != 0 { // its outputs are its inputs
			return s.mcr&1<<5 | s.mcr&2<<3 | s.mcr&4<<4 | s.mcr&8<<4
		}
		return msrReady
	case reg == uartSCR:
		return s.scr
	}
	return 0
}

func (s *serial) want(yes byte) {
	if yes != 0 && !s.asked {
		s.asked = true
		close(s.wanted)
	}
}

func (s *serial) emptied() {
	s.fifo = nil
	select {
	case s.room <- struct{}{}:
	default:
	}
}
