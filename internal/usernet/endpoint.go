package usernet

import (
	"encoding/binary"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/stack"

	"uk.example/internal/usernet/wire"
)

// What struct virtio_net_hdr holds (virtio 1.2, section 5.1.6).
const (
	needsCSUM = 1
	gsoTCPv4  = 1
	gsoTCPv6  = 4
)

// endpoint is the socket to the runner as a link of the stack. The cable loses nothing and changes nothing, so
// checksums of what comes are not looked at: the guest may leave them out.
type endpoint struct {
	fd   int
	addr tcpip.LinkAddress
	// answer takes a frame that is not for the stack, and tells so.
	answer func(frame []byte) bool

	dispatcher atomic.Pointer[stack.NetworkDispatcher]
	mtu        atomic.Uint32
	gso        atomic.Bool

	mu     sync.Mutex // of what is written
	pieces [][]byte
}

func newEndpoint(fd int, addr tcpip.LinkAddress) *endpoint {
	e := &endpoint{fd: fd, addr: addr, answer: func([]byte) bool { return false }}
	e.mtu.Store(1500)
	return e
}

func (e *endpoint) MTU() uint32                             { return e.mtu.Load() }
func (e *endpoint) SetMTU(mtu uint32)                       { e.mtu.Store(mtu) }
func (e *endpoint) MaxHeaderLength() uint16                 { return header.EthernetMinimumSize }
func (e *endpoint) LinkAddress() tcpip.LinkAddress          { return e.addr }
func (e *endpoint) SetLinkAddress(addr tcpip.LinkAddress)   {}
func (e *endpoint) Wait()                                   {}
func (e *endpoint) Close()                                  {}
func (e *endpoint) SetOnCloseAction(func())                 {}
func (e *endpoint) ARPHardwareType() header.ARPHardwareType { return header.ARPHardwareEther }
func (e *endpoint) IsAttached() bool                        { return e.dispatcher.Load() != nil }

func (e *endpoint) Attach(d stack.NetworkDispatcher) {
	if d == nil {
		e.dispatcher.Store(nil)
		return
	}
	e.dispatcher.Store(&d)
}

func (e *endpoint) Capabilities() stack.LinkEndpointCapabilities {
	return stack.CapabilityResolutionRequired | stack.CapabilityRXChecksumOffload
}

// GSOMaxSize is what one frame carries at most, the headers of IPv6 and TCP included.
func (e *endpoint) GSOMaxSize() uint32 { return 65535 - 100 }

func (e *endpoint) SupportedGSO() stack.SupportedGSO {
	if e.gso.Load() {
		return stack.HostGSOSupported
	}
	return stack.GSONotSupported
}

func (e *endpoint) AddHeader(pkt *stack.PacketBuffer) {
	header.Ethernet(pkt.LinkHeader().Push(header.EthernetMinimumSize)).Encode(&header.EthernetFields{
		SrcAddr: e.addr, DstAddr: pkt.EgressRoute.RemoteLinkAddress, Type: pkt.NetworkProtocolNumber,
	})
}

func (e *endpoint) ParseHeader(pkt *stack.PacketBuffer) bool {
	_, ok := pkt.LinkHeader().Consume(header.EthernetMinimumSize)
	return ok
}

// WritePackets sends frames to the guest, and waits as long as it takes none: the queue of the link before this one
// is where they are dropped.
func (e *endpoint) WritePackets(list stack.PacketBufferList) (int, tcpip.Error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := 0
	for _, pkt := range list.AsSlice() {
		var h [wire.HeaderSize]byte
		gsoHeader(&h, pkt)
		e.pieces = append(e.pieces[:0], h[:])
		views, offset := pkt.AsViewList()
		for v := views.Front(); v != nil; v = v.Next() {
			b := v.AsSlice()
			if offset >= len(b) {
				offset -= len(b)
				continue
			}
			e.pieces, offset = append(e.pieces, b[offset:]), 0
		}
		if err := e.write(); err != nil {
			return n, tcpip.TranslateErrno(err.(unix.Errno))
		}
		n++
	}
	return n, nil
}

// gsoHeader is what the guest is to do with a packet.
func gsoHeader(h *[wire.HeaderSize]byte, pkt *stack.PacketBuffer) {
	o := &pkt.GSOOptions
	if o.Type == stack.GSONone {
		return
	}
	le := binary.LittleEndian
	if o.NeedsCsum {
		h[0] = needsCSUM
		le.PutUint16(h[6:], header.EthernetMinimumSize+o.L3HdrLen)
		le.PutUint16(h[8:], o.CsumOffset)
	}
	if pkt.Data().Size() <= int(o.MSS) {
		return
	}
	switch o.Type {
	case stack.GSOTCPv4:
		h[1] = gsoTCPv4
	case stack.GSOTCPv6:
		h[1] = gsoTCPv6
	}
	le.PutUint16(h[2:], uint16(pkt.HeaderSize()))
	le.PutUint16(h[4:], o.MSS)
}

// write sends e.pieces as one message.
func (e *endpoint) write() error {
	for {
		_, err := unix.Writev(e.fd, e.pieces)
		switch err {
		case unix.EINTR:
		case unix.EAGAIN:
			p := []unix.PollFd{{Fd: int32(e.fd), Events: unix.POLLOUT}}
			_, _ = unix.Poll(p, -1)
		default:
			return err
		}
	}
}

// send sends a frame that is not the stack's.
func (e *endpoint) send(frame []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var h [wire.HeaderSize]byte
	e.pieces = append(e.pieces[:0], h[:], frame)
	_ = e.write()
}

const (
	// small is the size of the memory that each frame begins in; it gets some of its own.
	small = 4096
	// large holds the rest. It is the largest piece that the stack's pool has, and is given away with a frame that fills
	// a good part of it: what a frame takes counts against the window of its connection.
	large     = 64 << 10
	largePart = 16 << 10
)

// run gives the stack what comes from the runner, until that is gone.
func (e *endpoint) run() {
	head := make([]byte, wire.HeaderSize+small)
	var more *buffer.View
	for {
		if more == nil {
			more = buffer.NewViewSize(large)
		}
		n, err := unix.Readv(e.fd, [][]byte{head, more.AsSlice()})
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.EAGAIN:
			p := []unix.PollFd{{Fd: int32(e.fd), Events: unix.POLLIN}}
			_, _ = unix.Poll(p, -1)
			continue
		case err != nil || n <= 0:
			return
		}
		if c, ok := wire.ParseControl(head[:min(n, len(head))]); ok {
			e.control(c)
			continue
		}
		first := head[:min(n, len(head))]
		if len(first) < wire.HeaderSize+header.EthernetMinimumSize || n <= len(head) && e.answer(first[wire.HeaderSize:]) {
			continue
		}
		payload := buffer.MakeWithData(first[wire.HeaderSize:])
		switch rest := n - len(first); {
		case rest >= largePart:
			more.CapLength(rest)
			_ = payload.Append(more)
			more = nil
		case rest > 0:
			_ = payload.Append(buffer.NewViewWithData(more.AsSlice()[:rest]))
		}
		e.deliver(payload)
	}
}

func (e *endpoint) deliver(payload buffer.Buffer) {
	d := e.dispatcher.Load()
	if d == nil {
		payload.Release()
		return
	}
	pkt := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: payload})
	defer pkt.DecRef()
	hdr, ok := pkt.LinkHeader().Consume(header.EthernetMinimumSize)
	if !ok {
		return
	}
	eth := header.Ethernet(hdr)
	switch dst := eth.DestinationAddress(); {
	case dst == e.addr:
		pkt.PktType = tcpip.PacketHost
	case dst == header.EthernetBroadcastAddress:
		pkt.PktType = tcpip.PacketBroadcast
	case header.IsMulticastEthernetAddress(dst):
		pkt.PktType = tcpip.PacketMulticast
	default:
		return // nobody else is on this cable
	}
	pkt.RXChecksumValidated = true
	(*d).DeliverNetworkPacket(eth.Type(), pkt)
}

// control takes what the guest's driver can do.
func (e *endpoint) control(c wire.Control) {
	e.mtu.Store(max(header.IPv4MinimumMTU, min(c.MTU, 65520)))
	e.gso.Store(c.GuestCSUM && c.TSO4 && c.TSO6)
}
