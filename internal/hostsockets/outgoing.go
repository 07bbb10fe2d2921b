package hostsockets

// outgoing is the bytes of a stream that the host has not taken yet. Its buffer is taken from those that were used
// before: a stream that fills its window time and again would make the garbage collector work for each.
type outgoing struct {
	b    []byte
	from int // those before it are gone
}

// buffers are empty ones for outgoing bytes, short ones for small writes and some as long as the largest window.
type buffers struct {
	small, large [][]byte
}

const (
	smallSpare = 64
	largeSpare = 4
)

func (o *outgoing) len() int { return len(o.b) - o.from }

func (o *outgoing) bytes() []byte { return o.b[o.from:] }

// add puts bytes behind the others. No more than window are there then.
func (o *outgoing) add(data [][]byte, window int, spare *buffers) {
	n := size(data)
	if len(o.b)+n > cap(o.b) && o.len()+n <= cap(o.b) {
		o.b = o.b[:copy(o.b, o.bytes())]
		o.from = 0
	}
	if len(o.b)+n > cap(o.b) {
		old := *o
		o.b, o.from = append(spare.take(o.len()+n, window), old.bytes()...), 0
		spare.keep(old.b)
	}
	for _, d := range data {
		o.b = append(o.b, d...)
	}
}

// drop forgets the first n bytes, and gives the buffer back if there are no others.
func (o *outgoing) drop(n int, spare *buffers) {
	if o.from += n; o.from == len(o.b) {
		spare.keep(o.b)
		*o = outgoing{}
	}
}

// take is a buffer for n bytes, of a socket that may have window.
func (s *buffers) take(n, window int) (b []byte) {
	switch {
	case n <= smallWrite:
		if k := len(s.small); k > 0 {
			b, s.small = s.small[k-1], s.small[:k-1]
			return b
		}
		return make([]byte, 0, smallWrite)
	case window == windowMost:
		if k := len(s.large); k > 0 {
			b, s.large = s.large[k-1], s.large[:k-1]
			return b
		}
		return make([]byte, 0, windowMost)
	}
	return make([]byte, 0, max(n, window))
}

// keep takes a buffer back if it will be of use.
func (s *buffers) keep(b []byte) {
	switch {
	case cap(b) == smallWrite && len(s.small) < smallSpare:
		s.small = append(s.small, b[:0])
	case cap(b) == windowMost && len(s.large) < largeSpare:
		s.large = append(s.large, b[:0])
	}
}
