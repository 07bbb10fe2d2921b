package virtio

import "golang.org/x/sys/unix"

// packetFile is a descriptor of which one read or write is one packet, with a struct virtio_net_hdr before it: a TAP
// interface, or a socket that keeps packets apart. It never blocks.
type packetFile struct {
	fd  int
	out [][]byte
}

func (p *packetFile) write(h *netHeader, frame [][]byte) error {
	b := h.bytes()
	p.out = append(append(p.out[:0], b[:]), frame...)
	for {
		_, err := unix.Writev(p.fd, p.out)
		switch err {
		case unix.EINTR:
		case unix.EAGAIN:
			return errLater
		default: // a packet that is not taken is lost, as on a wire
			return err
		}
	}
}

func (p *packetFile) made() string { return "" }

func (p *packetFile) read(room [][]byte) (int, error) {
	for {
		n, err := unix.Readv(p.fd, room)
		switch err {
		case unix.EINTR:
		case unix.EAGAIN:
			return 0, errLater
		default:
			if n == 0 && err == nil { // the other end is gone, which events tells
				err = errLater
			}
			return n, err
		}
	}
}

// wait is what to wait for at a descriptor.
func wait(fd int, read, write bool) unix.PollFd {
	p := unix.PollFd{Fd: int32(fd)}
	if read {
		p.Events |= unix.POLLIN
	}
	if write {
		p.Events |= unix.POLLOUT
	}
	return p
}
