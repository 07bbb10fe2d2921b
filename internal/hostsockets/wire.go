package hostsockets

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Version is HS_VERSION.
const Version = 1

// HeaderSize is the size of struct hs_header in bytes.
const HeaderSize = 32

// MaxLen is HS_LEN_MAX, the largest Header.Len of a guest.
const MaxLen = 65536 + 64

const (
	addressSize   = 24
	openSize      = 8
	optionSize    = 12
	optionMax     = 256
	firstAccepted = 1 << 31
	firstWindow   = 64 << 10
	abort         = 1 // HS_ABORT
	more          = 2 // HS_MORE

	shutRead  = 1 // SHUT_READ, SHUT_WRITE of kernel/include/socket.h
	shutWrite = 2
)

// enum hs_op.
const (
	opOpen = iota + 1
	opSetOption
	opGetOption
	opBind
	opListen
	opConnect
	opClose
	opData
	opDatagram
	opCredit
	opCreditRequest
	opShutdown
	opResult
	opAccept
	opReset
	opError
)

// Header is struct hs_header.
type Header struct {
	Socket, Len   uint32
	Op, Flags     uint16
	Request       uint32
	Error         int32
	Window, Taken uint32
}

// ParseHeader reads what a guest wrote.
func ParseHeader(b *[HeaderSize]byte) Header {
	le := binary.LittleEndian
	return Header{
		Socket: le.Uint32(b[0:]), Len: le.Uint32(b[4:]), Op: le.Uint16(b[8:]), Flags: le.Uint16(b[10:]),
		Request: le.Uint32(b[12:]), Error: int32(le.Uint32(b[16:])), Window: le.Uint32(b[20:]), Taken: le.Uint32(b[24:]),
	}
}

// Bytes is h as it goes to a guest.
func (h *Header) Bytes() (b [HeaderSize]byte) {
	le := binary.LittleEndian
	le.PutUint32(b[0:], h.Socket)
	le.PutUint32(b[4:], h.Len)
	le.PutUint16(b[8:], h.Op)
	le.PutUint16(b[10:], h.Flags)
	le.PutUint32(b[12:], h.Request)
	le.PutUint32(b[16:], uint32(h.Error))
	le.PutUint32(b[20:], h.Window)
	le.PutUint32(b[24:], h.Taken)
	return b
}

// parseAddress reads struct hs_address; ok is false for one that is none. Family 0 gives the zero AddrPort.
func parseAddress(b []byte) (a netip.AddrPort, ok bool) {
	if len(b) < addressSize {
		return a, false
	}
	port := binary.BigEndian.Uint16(b[2:])
	switch binary.LittleEndian.Uint16(b) {
	case unix.AF_UNSPEC:
		return a, true
	case unix.AF_INET:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[8:])), port), true
	case unix.AF_INET6: // of interfaces a guest knows its own alone: the scope says nothing here
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[8:])), port), true
	}
	return a, false
}

func putAddress(b []byte, a netip.AddrPort) {
	clear(b[:addressSize])
	binary.BigEndian.PutUint16(b[2:], a.Port())
	switch ip := a.Addr(); {
	case ip.Is4():
		binary.LittleEndian.PutUint16(b, unix.AF_INET)
		copy(b[8:], ip.AsSlice())
	case ip.IsValid():
		binary.LittleEndian.PutUint16(b, unix.AF_INET6)
		copy(b[8:], ip.AsSlice())
	}
}

// Config is struct hs_config: the network that the guest finds.
type Config struct {
	Prefix, Prefix6               uint32 // lengths, in bits
	Address, Gateway, Resolver    netip.Addr
	Address6, Gateway6, Resolver6 netip.Addr
}

// DefaultConfig is the network that each guest finds.
func DefaultConfig() Config {
	return Config{
		Prefix: 24, Address: netip.MustParseAddr("10.0.2.15"), Gateway: netip.MustParseAddr("10.0.2.2"), Resolver: netip.MustParseAddr("10.0.2.3"),
		Prefix6: 64, Address6: netip.MustParseAddr("fd00:756b::15"), Gateway6: netip.MustParseAddr("fd00:756b::2"), Resolver6: netip.MustParseAddr("fd00:756b::3"),
	}
}

// Bytes is the device's configuration space.
func (c *Config) Bytes() []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, Version)
	b = le.AppendUint32(b, c.Prefix)
	b = le.AppendUint32(b, c.Prefix6)
	for _, a := range []netip.Addr{c.Address, c.Gateway, c.Resolver, c.Address6, c.Gateway6, c.Resolver6} {
		b = append(b, a.AsSlice()...)
	}
	return b
}
