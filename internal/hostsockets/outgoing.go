package hostsockets

// outgoing is the bytes of a stream that the host has not taken yet. Its buffer is taken from those that were used
// before: a stream that fills its window time and again would make the garbage collector work for each.
type outgoing struct {
	b    []byte
	from int // those before it are gone
}

// buffers are empty ones for outgoing bytes, by their size.
type buffers [len(bufferSizes)][][]byte

// bufferSizes are for small writes, and for windows that are worth keeping buffers of; most is how many are kept.
var bufferSizes = [...]struct{ size, most int }{{smallWrite, 64}, {windowMost, 4}, {windowBulk, 2}}

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
func (s *buffers) take(n, window int) []byte {
	for i, c := range bufferSizes {
		if n > c.size || c.size > max(window, smallWrite) {
			continue
		}
		k := len(s[i]) - 1
		if k < 0 {
			return make([]byte, 0, c.size)
		}
		b := s[i][k]
		s[i] = s[i][:k]
		return b
	}
	return make([]byte, 0, max(n, window))
}

// keep takes a buffer back if it will be of use.
func (s *buffers) keep(b []byte) {
	for i, c := range bufferSizes {
		if cap(b) == c.size && len(s[i]) < c.most {
			s[i] = append(s[i], b[:0])
		}
	}
}
