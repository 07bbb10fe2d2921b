package virtio

// packetQueue is a queue of buffers for packets to the guest, of the devices that carry sockets. What begins
// each packet is of a fixed size. The device's own lock guards it; the transport's is taken below that.
type packetQueue struct {
	t      *Transport
	queue  int
	header uint64 // bytes

	chain      chain
	ok         bool // chain is a buffer that was taken and not used yet
	epoch      uint32
	unsignaled bool // buffers were used and the guest does not know
}

// buffer gives a buffer with room for more than a header. It is used up by send. epoch is that of the
// transport.
func (p *packetQueue) buffer() (*chain, bool) {
	if p.ok && p.epoch == p.current() {
		return &p.chain, true
	}
	p.epoch, p.ok = p.t.take(p.queue, &p.chain)
	if !p.ok {
		return nil, false
	}
	if p.ok = p.chain.writeLen > p.header && p.chain.readLen == 0; !p.ok {
		p.t.fail(p.epoch, badQueue("packet buffer of %d bytes to read and %d to write", p.chain.readLen, p.chain.writeLen))
	}
	return &p.chain, p.ok
}

func (p *packetQueue) current() uint32 {
	p.t.mu.Lock()
	defer p.t.mu.Unlock()
	return p.t.epoch
}

// send puts the header before the n bytes that are in the buffer, and gives it to the guest, which hears of it
// with the next signal.
func (p *packetQueue) send(header []byte, n uint32) {
	scatter(p.chain.write, header)
	p.ok = false
	t := p.t
	t.mu.Lock()
	defer t.mu.Unlock()
	if q := &t.queue[p.queue]; p.epoch == t.epoch && q.ready {
		q.push(p.chain.head, uint32(len(header))+n)
		p.unsignaled = true
	}
}

// signal tells the guest of what was sent.
func (p *packetQueue) signal() {
	if !p.unsignaled {
		return
	}
	p.unsignaled = false
	p.t.mu.Lock()
	defer p.t.mu.Unlock()
	p.t.signalUsed(&p.t.queue[p.queue])
}
