package hostsockets

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// maxSockets bounds a guest's sockets, and maxReplies the packets that wait for a buffer of its.
	maxSockets = 16384
	maxReplies = 4 * maxSockets
	// windowBudget is what all sockets together may keep of what the guest sends, those that are closed included; each gets
	// a sixteenth of what is left, between these.
	windowBudget = 64 << 20
	windowMost   = 256 << 10
	windowLeast  = 4 << 10
	// windowBulk is what a socket gets that has sent as much, while all have no more than half of the budget and an
	// eighth of the guest's memory: a guest that waits for credit less often sends twice as much with the same processor time.
	windowBulk = 1 << 20
	// smallWrite is the most that waits for other packets of the guest's which are there already, in bytes.
	smallWrite = 4096
	// turn is how much one socket moves to the guest before others get theirs.
	turn = 256 << 10
	// lingerLook is how often the acknowledgement of a socket that lingers is looked for, in milliseconds.
	lingerLook = 5
	// flushTime is how long Close waits for readers of what the guest sent.
	flushTime = 5 * time.Second
)

// Guest is the way to the guest's buffers. Its methods are called with the server's lock held.
type Guest interface {
	// Room is the part of a free buffer behind the header, in pieces; nil if none is free, and then
	// [Server.Flush] is called when one is. The epoch is another one after the guest's driver began anew.
	Room() (room [][]byte, epoch uint32)
	// Send puts the header into the buffer that Room gave last, of which h.Len bytes were filled.
	Send(h *Header)
	// Signal tells the guest of what was sent.
	Signal()
	// Take gives some of what the guest sent to [Server.Handle], and tells whether there was something. This is called
	// without the lock, and when it returns the guest does not ring for more, but before its processors halt.
	Take() bool
	// Busy tells whether the guest works, and does not wait for what is sent to it. It is called without the lock.
	Busy() bool
	// Listen makes the guest ring for what it sends from now on, with [Server.Bell], and tells whether
	// something is there already. It is called without the lock.
	Listen() bool
}

// Server is the host's side of one guest's sockets. Its methods may be called from several goroutines.
type Server struct {
	policy      Policy
	config      Config
	bulkBudget  int       // of all windows together, when one grows
	dns         resolvers // what stands behind the guest's
	notice      func(string)
	said        map[string]bool
	toldPublish bool // that a port which the program listens on is not published
	guest       Guest
	poll        int          // epoll
	own         []netip.Addr // this host's addresses, as they were at the start
	bell        int          // eventfd that wakes the loop
	loopEnded   chan struct{}

	mu     sync.Mutex
	closed bool
	epoch  uint32 // of the guest's driver, to which all sockets belong
	socks  map[uint32]*sock
	ends   map[int32]end
	// published are the ports of this host that sockets of the guest have.
	published map[Port]*hostPort
	moved     Traffic
	capture   Capture // nil: nobody listens
	captures  uint64  // connections that it has heard of
	alive     int     // sockets, with those that are closed but for what the guest sent
	granted   int     // bytes of their windows
	rests     int     // datagrams of which the guest has only the beginning
	next      uint32  // number of the next accepted connection
	replies   []reply
	soon      []*sock // have small writes, which go out when the guest's queue is empty
	spare     buffers
	waiting   []*sock // have something for the guest and got no buffer, or had their turn
	flushing  int     // sockets that are closed but for what the guest sent
	starved   bool    // listeners wait until descriptors are free
	// lingering are those of flushing whose peers have to acknowledge all, which no event tells.
	lingering map[*sock]bool
	ephemeral uint16 // the last port that was given out for 0
	roused    bool   // in this turn
	naps      int    // one after the other, in which nothing happened; the loop's alone
	iov       [][]byte
	overflow  [maxDatagram]byte
}

// end is what a descriptor is for.
type end struct {
	s    *sock
	port *hostPort // or a listening one
}

// reply is a packet that waits for a buffer. That of a socket tells the credit of the moment it goes.
type reply struct {
	h    Header
	s    *sock
	body []byte
}

// Options are what a server needs besides the guest.
type Options struct {
	Policy Policy
	Config Config
	// Resolvers are the host's name servers, which the guest reaches at Config.Resolver.
	Resolvers []netip.AddrPort
	// Memory is the guest's, in bytes.
	Memory int64
	// Notice hears once of each thing that a user may have to change; nil: nobody does.
	Notice func(line string) `json:"-"`
	// Capture hears of all that crosses; nil: nobody does.
	Capture Capture `json:"-"`
}

// New makes a server; Start begins its work.
func New(o Options) (*Server, error) {
	s := &Server{
		policy: o.Policy, config: o.Config, bulkBudget: int(min(windowBudget/2, o.Memory/8)), dns: resolvers{list: o.Resolvers}, notice: o.Notice, capture: o.Capture, said: map[string]bool{},
		next: firstAccepted, socks: map[uint32]*sock{}, ends: map[int32]end{}, published: map[Port]*hostPort{}, lingering: map[*sock]bool{}, loopEnded: make(chan struct{}),
	}
	s.own = OwnAddresses()
	var err error
	if s.poll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, err
	}
	if s.bell, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		unix.Close(s.poll)
		return nil, err
	}
	if err = unix.EpollCtl(s.poll, unix.EPOLL_CTL_ADD, s.bell, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(s.bell)}); err != nil {
		unix.Close(s.bell)
		unix.Close(s.poll)
		return nil, err
	}
	return s, nil
}

// Start lets packets go to g. watch is called at the beginning and the end of the goroutine that waits
// for the host's sockets; it may be nil.
func (s *Server) Start(g Guest, watch func(run func())) {
	s.guest = g
	if watch == nil {
		watch = func(run func()) { run() }
	}
	go func() {
		defer close(s.loopEnded)
		watch(s.loop)
	}()
}

// ring wakes the loop.
func (s *Server) ring() {
	_, _ = unix.Write(s.bell, []byte{1, 0, 0, 0, 0, 0, 0, 0})
}

// say tells the user of something once.
func (s *Server) say(line string) {
	if s.notice != nil && !s.said[line] && len(s.said) < 100 {
		s.said[line] = true
		s.notice(line)
	}
}

// Bell is an eventfd that makes the server look at what the guest sent, and send what waited for its buffers.
func (s *Server) Bell() int { return s.bell }

// loop waits for the sockets of the host and for the guest.
func (s *Server) loop() {
	events := make([]unix.EpollEvent, 128)
	for wait := -1; ; {
		n, err := s.await(events, wait)
		if err != nil && err != unix.EINTR {
			return
		}
		var again bool
		if wait, again = s.turn(events[:max(n, 0)]); !again {
			return
		}
	}
}

// busyWait is how many milliseconds the loop keeps its place in Go's scheduler after it had work: to give that
// back and to get another one costs more than a packet.
const busyWait = 1

// nap is how many microseconds the loop sleeps at a time while the guest is busy, before it asks to be rung. A ring costs the guest
// more than a packet: so what it sends meanwhile waits for the end of the nap, or until the guest has nothing more to do.
const (
	nap      = 50
	mostNaps = 10
)

// await waits at most so many milliseconds; -1 is without an end.
func (s *Server) await(events []unix.EpollEvent, ms int) (n int, err error) {
	if n, err = pollNow(s.poll, events, 0); n != 0 || ms == 0 {
		return n, err
	}
	if s.naps < mostNaps && s.guest.Busy() {
		s.naps++
		n, _ = pollBriefly(s.poll, events, nap)
		return n, nil
	}
	if s.guest.Listen() {
		return 0, nil
	}
	if n, err = pollNow(s.poll, events, busyWait); n != 0 {
		return n, err
	}
	return unix.EpollWait(s.poll, events, ms)
}

// turn acts on events, and tells whether there can be more and how many milliseconds to wait for them.
func (s *Server) turn(events []unix.EpollEvent) (wait int, again bool) {
	s.happened(events)
	if s.guest.Take() || len(events) > 0 {
		s.naps = 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sendSoon()
	wait = -1
	for k := range s.lingering {
		wait = lingerLook
		k.finish()
	}
	s.flush()
	s.guest.Signal()
	s.roused = false
	return wait, !s.closed || s.flushing > 0
}

// happened acts on events.
func (s *Server) happened(events []unix.EpollEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range events {
		e := &events[i]
		if int(e.Fd) == s.bell {
			var b [8]byte
			_, _ = unix.Read(s.bell, b[:])
			continue
		}
		switch end := s.ends[e.Fd]; {
		case end.port != nil:
			s.accept(end.port)
		case end.s != nil:
			end.s.event(e.Events)
		}
	}
}

// Handle acts on a packet of the guest with its data, which is not looked at later. Epoch is as in [Guest.Room].
func (s *Server) Handle(h Header, data [][]byte, epoch uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.follow(epoch)
	s.handle(&h, data)
	if h.Op == opData && len(s.replies) > 0 { // credit: the guest goes on while what else it sent is taken
		s.flush()
		s.guest.Signal()
	}
}

// Flush sends what waited for buffers of the guest, and signals.
func (s *Server) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sendSoon()
	s.flush()
	s.guest.Signal()
}

// sendSoon sends what was held back for a moment.
func (s *Server) sendSoon() {
	for _, k := range s.soon {
		if k.held && !k.dead {
			k.drain()
		}
	}
	s.soon = s.soon[:0]
}

// room is the guest's.
func (s *Server) room() [][]byte {
	room, epoch := s.guest.Room()
	if room != nil {
		s.follow(epoch)
	}
	return room
}

// follow ends all sockets when the guest's driver has begun anew.
func (s *Server) follow(epoch uint32) {
	if s.epoch == epoch {
		return
	}
	s.epoch = epoch
	for _, k := range s.socks {
		k.close(true, 0)
	}
	s.replies, s.waiting = nil, nil
}

// flush sends replies, then gives those a turn that have more.
func (s *Server) flush() {
	for len(s.replies) > 0 {
		room := s.room()
		if room == nil {
			return
		}
		if len(s.replies) == 0 { // the device was reset meanwhile
			break
		}
		r := s.replies[0]
		s.replies = s.replies[1:]
		r.h.Len = uint32(scatter(room, r.body))
		if r.s != nil {
			r.s.fillCredit(&r.h)
		}
		s.guest.Send(&r.h)
	}
	s.replies = nil
	// Nobody waits any more if the buffer is of a driver that began anew.
	for n := len(s.waiting); n > 0 && s.room() != nil && len(s.waiting) > 0; n-- {
		k := s.waiting[0]
		s.waiting = s.waiting[1:]
		k.queued = false
		k.pump()
	}
	if len(s.waiting) > 0 && s.room() != nil {
		s.ring()
	}
}

// later gives k a turn when there is a buffer.
func (s *Server) later(k *sock) {
	if !k.queued {
		k.queued = true
		s.waiting = append(s.waiting, k)
	}
}

// reply queues a packet.
func (s *Server) reply(h Header, k *sock, body []byte) {
	if len(s.replies) < maxReplies {
		s.replies = append(s.replies, reply{h, k, body})
	}
}

// result answers an op that asked for it; one that did not, and failed, leaves an error at the socket.
func (s *Server) result(h *Header, k *sock, err error, body []byte) {
	no := errno(err)
	switch {
	case h.Request != 0:
		s.reply(Header{Socket: h.Socket, Op: opResult, Request: h.Request, Error: no}, k, body)
	case no != 0:
		s.reply(Header{Socket: h.Socket, Op: opError, Error: no}, k, nil)
	}
}

// errno is the number of an error of a system call.
func errno(err error) int32 {
	if err == nil {
		return 0
	}
	if no, ok := err.(unix.Errno); ok {
		return int32(no)
	}
	return int32(unix.EIO)
}

func (s *Server) handle(h *Header, data [][]byte) {
	if s.closed {
		return
	}
	k := s.socks[h.Socket]
	if h.Op == opOpen {
		s.open(h, k, body(data, openSize))
		return
	}
	if k == nil {
		// What crossed a close on its way, or nonsense.
		if h.Request != 0 {
			s.result(h, nil, unix.EBADF, nil)
		}
		return
	}
	k.peerWindow, k.peerTaken = max(k.peerWindow, h.Window), h.Taken
	k.heard()
	switch h.Op {
	case opSetOption:
		k.setOption(h, body(data, optionSize+optionMax))
	case opGetOption:
		k.getOption(h, body(data, optionSize))
	case opBind:
		k.bind(h, body(data, addressSize))
	case opListen:
		k.listen(h, body(data, 4))
	case opConnect:
		k.connect(h, body(data, addressSize))
	case opData:
		k.more = h.Flags&more != 0
		k.write(data, h.Len)
	case opDatagram:
		k.sendDatagram(data, h.Len)
	case opCredit:
		// was all in the header
	case opCreditRequest:
		k.tell(opCredit, 0, 0)
	case opShutdown:
		k.guestShut(h.Flags)
	case opClose:
		k.close(h.Flags&abort != 0, h.Request)
		return
	}
	k.pump()
}

// open makes a socket for a number.
func (s *Server) open(h *Header, k *sock, b []byte) {
	if k != nil || h.Socket >= firstAccepted {
		s.result(h, k, unix.EINVAL, nil)
		return
	}
	if s.alive >= maxSockets {
		s.result(h, nil, unix.ENOBUFS, nil)
		return
	}
	k, err := s.newSock(h.Socket, b)
	if err == nil {
		k.peerWindow = max(h.Window, firstWindow)
	}
	s.result(h, k, err, nil)
}

// Close ends all sockets, but what the guest sent goes out as long as somebody takes it and stop
// is open.
func (s *Server) Close(stop <-chan struct{}) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	for _, k := range s.socks {
		k.close(false, 0)
	}
	s.closed = true
	started := s.guest != nil
	s.mu.Unlock()
	if started {
		s.ring()
		t := time.NewTimer(flushTime)
		defer t.Stop()
		select {
		case <-s.loopEnded:
		case <-t.C:
		case <-stop:
		}
	}
	s.mu.Lock()
	for fd, e := range s.ends {
		if e.s != nil {
			e.s.flush = outgoing{}
		}
		s.drop(int(fd))
	}
	s.flushing = 0
	clear(s.lingering)
	s.mu.Unlock()
	if started {
		s.ring()
		<-s.loopEnded
	}
	unix.Close(s.bell)
	unix.Close(s.poll)
}

// watch adds a descriptor to those that the loop waits for.
func (s *Server) watch(fd int, e end) error {
	events := uint32(unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET)
	if e.port != nil {
		events = unix.EPOLLIN
	}
	if err := unix.EpollCtl(s.poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: events, Fd: int32(fd)}); err != nil {
		return err
	}
	s.ends[int32(fd)] = e
	return nil
}

// drop closes a descriptor.
func (s *Server) drop(fd int) {
	delete(s.ends, int32(fd))
	unix.Close(fd)
	if s.starved {
		s.starved = false
		for _, hp := range s.published {
			if !hp.UDP {
				s.resume(hp)
			}
		}
	}
}

// body is the first n bytes of the packet, or fewer.
func body(data [][]byte, n int) []byte {
	if len(data) > 0 && len(data[0]) >= n {
		return append([]byte(nil), data[0][:n]...) // the guest may change its own while we look
	}
	var b []byte
	for _, d := range data {
		if b = append(b, d[:min(len(d), n-len(b))]...); len(b) == n {
			break
		}
	}
	return b
}

// scatter copies b into pieces, as far as they go.
func scatter(room [][]byte, b []byte) (n int) {
	for _, r := range room {
		n += copy(r, b[n:])
	}
	return n
}

// cut is the first n bytes of pieces, in a list that iov had room for.
func cut(iov, pieces [][]byte, n int) [][]byte {
	for _, p := range pieces {
		if n <= 0 {
			break
		}
		if p = p[:min(len(p), n)]; len(p) > 0 {
			iov = append(iov, p)
			n -= len(p)
		}
	}
	return iov
}

// skip is pieces without their first n bytes.
func skip(iov, pieces [][]byte, n int) [][]byte {
	for _, p := range pieces {
		d := min(len(p), n)
		n -= d
		if d < len(p) {
			iov = append(iov, p[d:])
		}
	}
	return iov
}

func size(pieces [][]byte) (n int) {
	for _, p := range pieces {
		n += len(p)
	}
	return n
}
