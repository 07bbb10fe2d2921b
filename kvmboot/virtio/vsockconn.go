package virtio

import (
	"net"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// vsockConn is one connection between a port of the guest and a Unix socket. The
// device's mu guards it.
type vsockConn struct {
	v    *VsockDevice
	c    *net.UnixConn
	raw  syscall.RawConn
	key  vsockKey
	wake sync.Cond // the reader waits: for credit, for a buffer, or to hear of the end

	handshake bool // the host's program has not said which port it wants
	asked     bool // the guest has not answered yet
	closed    bool // no more packets; out may still be on its way
	dropped   bool // the Unix socket is being closed

	// From the guest to the host. Counters wrap, as section 5.10.6.3 has it.
	alloc     uint32 // most bytes that out may hold
	out       []byte // what the Unix socket has not taken yet
	writing   bool   // a goroutine empties out
	fwd, told uint32 // bytes that the socket took, and what of that the guest knows
	noMore    bool   // the guest sends nothing more

	// From the host to the guest.
	sent, peerAlloc, peerFwd uint32
	deaf                     bool // the guest takes nothing more
	eof, eofTold             bool // the host's program sends nothing more
	queued                   bool // among those that wait for a buffer
	iov                      [][]byte
}

// newConn takes a Unix socket over; nil when there are too many.
func (v *VsockDevice) newConn(c *net.UnixConn) *vsockConn {
	raw, err := c.SyscallConn()
	if err != nil || v.closed || len(v.all) >= vsockMaxConns {
		c.Close()
		return nil
	}
	k := &vsockConn{v: v, c: c, raw: raw, alloc: vsockWindow}
	if len(v.all) >= vsockFewConns {
		k.alloc = vsockSmallWindow
	}
	k.wake.L = &v.mu
	v.all[k] = true
	return k
}

// request is the guest's wish to reach a port of the host.
func (v *VsockDevice) request(h *vsockHeader) {
	c, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: vsockPortPath(v.path, h.dstPort), Net: "unix"}) // never waits
	if err != nil {
		v.refuse(h)
		return
	}
	k := v.newConn(c)
	if k == nil {
		v.refuse(h)
		return
	}
	k.key = vsockKey{host: h.dstPort, guest: h.srcPort}
	k.peerAlloc, k.peerFwd = h.bufAlloc, h.fwdCnt
	v.conns[k.key] = k
	k.tell(vsockResponse, 0)
	v.spawn(k.read)
}

// connect asks the guest for a connection to a port, for a program of the host.
func (k *vsockConn) connect(port uint32) {
	v := k.v
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed || k.closed {
		k.drop()
		return
	}
	for {
		k.key = vsockKey{host: v.nextPort, guest: port}
		if v.nextPort++; v.nextPort == 1<<31 {
			v.nextPort = 1 << 30
		}
		if v.conns[k.key] == nil {
			break
		}
	}
	v.conns[k.key] = k
	k.handshake, k.asked = false, true
	k.tell(vsockRequest, 0)
	v.flush()
}

// accepted: the guest answered.
func (k *vsockConn) accepted() {
	if !k.asked {
		k.tell(vsockReset, 0)
		k.abandon()
		return
	}
	k.asked = false
	if n, err := k.writeNow([][]byte{[]byte("OK " + strconv.FormatUint(uint64(k.key.host), 10) + "\n")}); n == 0 || err != nil {
		k.tell(vsockReset, 0)
		k.abandon()
		return
	}
	k.v.spawn(k.read)
}

func (k *vsockConn) fillCredit(h *vsockHeader) {
	h.bufAlloc, h.fwdCnt = k.alloc, k.fwd
	k.told = k.fwd
}

func (k *vsockConn) header(op uint16, flags uint32) vsockHeader {
	return vsockHeader{srcCID: VsockHostCID, dstCID: k.v.cid, srcPort: k.key.host, dstPort: k.key.guest, typ: vsockStream, op: op, flags: flags}
}

// tell queues a packet without data.
func (k *vsockConn) tell(op uint16, flags uint32) { k.v.reply(k.header(op, flags), k) }

// credit is how much the guest has room for.
func (k *vsockConn) credit() uint32 {
	used := k.sent - k.peerFwd
	return k.peerAlloc - min(used, k.peerAlloc)
}

// forget makes the connection unknown to the guest.
func (k *vsockConn) forget() {
	if k.v.conns[k.key] == k {
		delete(k.v.conns, k.key)
	}
	k.closed = true
	k.wake.Signal()
}

// drop closes the Unix socket. That waits for the reader to be through, so it is done elsewhere.
func (k *vsockConn) drop() {
	if k.dropped {
		return
	}
	k.dropped = true
	delete(k.v.all, k)
	_ = k.c.SetDeadline(time.Unix(1, 0))
	k.v.wg.Go(func() { k.c.Close() })
}

// abandon ends a connection with all that is on its way.
func (k *vsockConn) abandon() {
	k.forget()
	k.out = nil
	k.drop()
}

// guestGone ends a connection for the guest; the host's program gets what the guest sent before.
func (k *vsockConn) guestGone() {
	k.forget()
	k.noMore, k.deaf = true, true
	k.settle()
}

// settle does what had to wait until out is empty.
func (k *vsockConn) settle() {
	switch {
	case k.writing:
		if k.closed {
			_ = k.c.SetWriteDeadline(time.Now().Add(vsockFlush))
		}
	case k.closed:
		k.drop()
	case k.noMore && k.deaf:
		k.tell(vsockReset, 0)
		k.forget()
		k.drop()
	case k.noMore:
		k.shutdown(unix.SHUT_WR)
	}
}

func (k *vsockConn) shutdown(how int) {
	_ = k.raw.Control(func(fd uintptr) { _ = unix.Shutdown(int(fd), how) })
}

// guestShut is the guest's word that it sends or takes nothing more.
func (k *vsockConn) guestShut(flags uint32) {
	if flags&vsockNoReceive != 0 && !k.deaf {
		k.deaf = true
		k.wake.Signal()
		k.shutdown(unix.SHUT_RD)
	}
	if flags&vsockNoSend != 0 {
		k.noMore = true
	}
	k.settle()
}

// write takes data of the guest's.
func (k *vsockConn) write(data [][]byte, n uint32) {
	if k.noMore || n > k.alloc-min(uint32(len(k.out)), k.alloc) {
		k.tell(vsockReset, 0) // it had no credit for this
		k.abandon()
		return
	}
	done := 0
	if !k.writing {
		var err error
		if done, err = k.writeNow(data); err != nil {
			k.hostGone()
			return
		}
		data = advance(data, done)
	}
	for _, b := range data {
		k.out = append(k.out, b...)
	}
	if len(k.out) > 0 && !k.writing {
		k.writing = true
		k.v.spawn(k.drain)
	}
	k.took(uint32(done))
}

// took counts what the socket took. The guest is told in time that it never stands still.
func (k *vsockConn) took(n uint32) {
	k.fwd += n
	if !k.closed && k.fwd-k.told >= k.alloc/2 {
		k.told = k.fwd // once for each half
		k.tell(vsockCreditUpdate, 0)
	}
}

// writeNow writes what the socket takes without waiting.
func (k *vsockConn) writeNow(data [][]byte) (n int, err error) {
	cerr := k.raw.Control(func(fd uintptr) {
		if n, err = unix.SendmsgBuffers(int(fd), data, nil, nil, unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL); err == unix.EAGAIN || err == unix.EINTR {
			n, err = 0, nil
		}
	})
	if cerr != nil {
		return 0, cerr
	}
	return max(n, 0), err
}

// drain empties out.
func (k *vsockConn) drain() {
	v := k.v
	v.mu.Lock()
	defer v.mu.Unlock()
	for len(k.out) > 0 {
		b := k.out
		v.mu.Unlock()
		n, err := k.c.Write(b[:min(len(b), 64<<10)])
		v.mu.Lock()
		if err != nil {
			k.writing = false
			k.hostGone()
			v.flush()
			return
		}
		if k.out = k.out[min(n, len(k.out)):]; len(k.out) == 0 {
			k.out = nil
		}
		k.took(uint32(n))
		if k.closed {
			_ = k.c.SetWriteDeadline(time.Now().Add(vsockFlush))
		}
		v.flush()
	}
	k.writing = false
	k.settle()
	v.flush()
}

// hostGone ends a connection whose Unix socket takes nothing more.
func (k *vsockConn) hostGone() {
	if !k.closed {
		k.tell(vsockShutdown, vsockNothing)
		k.tell(vsockReset, 0)
	}
	k.abandon()
}

// read sends to the guest what comes from the host's program, until there is no more.
func (k *vsockConn) read() {
	for k.await() {
		more := true
		if err := k.raw.Read(func(fd uintptr) bool {
			var ready bool
			ready, more = k.transfer(int(fd))
			return ready
		}); err != nil || !more {
			break
		}
	}
	k.v.mu.Lock()
	defer k.v.mu.Unlock()
	k.v.flush()
}

// await waits until the guest can be sent something; false at the end.
func (k *vsockConn) await() bool {
	v := k.v
	v.mu.Lock()
	defer v.mu.Unlock()
	for !k.closed && !k.deaf {
		if k.eof {
			return true
		}
		if k.credit() > 0 {
			if v.flush() {
				if _, ok := v.buffer(); ok {
					return true
				}
			}
			if !k.queued {
				k.queued = true
				v.waiting = append(v.waiting, k)
			}
		}
		k.wake.Wait()
	}
	return false
}

// transfer moves what is there, without waiting. ready is false when the socket has
// nothing, more is false at the end.
func (k *vsockConn) transfer(fd int) (ready, more bool) {
	v := k.v
	v.mu.Lock()
	defer v.mu.Unlock()
	defer v.signal()
	if k.eof {
		return k.hungUp(fd)
	}
	for range vsockBatch {
		if k.closed || k.deaf {
			return true, false
		}
		if k.credit() == 0 {
			return true, true
		}
		c, ok := v.buffer()
		if !ok || k.closed { // the device may have been reset
			return true, !k.closed
		}
		k.iov = advance(append(k.iov[:0], c.write...), vsockHeaderSize)
		n, err := unix.Readv(fd, cut(k.iov, uint64(k.credit())))
		switch {
		case err == unix.EAGAIN || err == unix.EINTR:
			return false, true
		case err != nil:
			k.hostGone()
			return true, false
		case n == 0:
			k.eof = true
			return k.hungUp(fd)
		}
		h := k.header(vsockData, 0)
		h.len = uint32(n)
		k.sent += h.len
		k.fillCredit(&h)
		v.send(&h)
	}
	return true, true
}

// hungUp, at the end of what the host's program sends, tells the guest whether the program is
// gone altogether. If not, a change wakes the reader again.
func (k *vsockConn) hungUp(fd int) (ready, more bool) {
	if k.closed {
		return true, false
	}
	p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
	if _, err := unix.Poll(p, 0); err == nil && p[0].Revents&(unix.POLLHUP|unix.POLLERR) == 0 {
		if !k.eofTold {
			k.eofTold = true
			k.tell(vsockShutdown, vsockNoSend)
			k.v.flush()
		}
		return false, true
	}
	k.hostGone()
	return true, false
}
