package symbols

import (
	"debug/elf"
	"encoding/binary"
)

// addresses is a set of the addresses of a segment's bytes, a bit for each.
type addresses []uint64

const (
	byData = iota
	byCode
)

// taken reports whether the address of the code at addr is used other than by
// direct branches: something may call it that cannot be seen.
func (c *code) taken(addr uint64) bool {
	c.makePointers()
	if c.leas[addr] {
		return true
	}
	if c.f.Type != elf.ET_EXEC { // else addresses are constants, in data and in code
		return false
	}
	c.makeNamed()
	return c.isNamed(byData, addr) || !c.isGo[addr] && c.isNamed(byCode, addr) // Go's compiler takes addresses with LEA
}

// segmentOf returns the index in segs of what has addr, and addr's offset in it.
func (c *code) segmentOf(addr uint64) (i int, off uint64, ok bool) {
	for i := range c.segs {
		if off := addr - c.segs[i].addr; off < uint64(len(c.segs[i].b)) {
			return i, off, true
		}
	}
	return 0, 0, false
}

func (c *code) isNamed(by int, addr uint64) bool {
	i, off, ok := c.segmentOf(addr)
	return ok && c.named[by][i][off/64]>>(off%64)&1 != 0
}

// makeNamed notes, in one pass over the file, the addresses of code that are
// aligned words of its data, and constants of what reads as an instruction.
func (c *code) makeNamed() {
	if c.named[byData] != nil {
		return
	}
	var top uint64
	for by := range c.named {
		c.named[by] = make([]addresses, len(c.segs))
		for i := range c.segs {
			c.named[by][i] = make(addresses, (len(c.segs[i].b)+63)/64)
			top = max(top, c.segs[i].addr+uint64(len(c.segs[i].b)))
		}
	}
	note := func(by int, addr uint64) {
		if i, off, ok := c.segmentOf(addr); ok {
			c.named[by][i][off/64] |= 1 << (off % 64)
		}
	}
	c.f.DataWords(c.base, top, func(w uint64) { note(byData, w) })
	for _, s := range c.segs {
		for i := 1; i+4 <= len(s.b); i++ {
			if v := uint64(binary.LittleEndian.Uint32(s.b[i:])); v-c.base < top-c.base && isImmediate(s.b, i) {
				note(byCode, v)
			}
		}
	}
}

// isImmediate reports whether the four bytes at b[i] may be what a MOV or PUSH
// has as its constant: B8+r, 68, or C7 ModRM [SIB] [disp].
func isImmediate(b []byte, i int) bool {
	if o := b[i-1]; o&0xf8 == 0xb8 || o == 0x68 {
		return true
	}
	for k := 2; k <= 8 && k <= i; k++ {
		if b[i-k] == 0xc7 {
			return true
		}
	}
	return false
}
