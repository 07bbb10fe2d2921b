package guestview

import (
	"encoding/binary"

	"uk.example/internal/abi"
)

// Area is a range of the program's address space.
type Area struct {
	Start, End  uint64
	Prot, Flags int
	File        uint64 // struct vnode; 0: none
	Offset      uint64
}

// Offsets of struct vma, and how many there can be (kernel/include/mm.h).
const (
	areaSize = abi.DVMAOffset + 8

	maxAreas = 65536
)

func (v *View) areaTable() (at, n uint64) {
	at, _ = v.Word(v.symbols["vmas"])
	n, _ = v.Word(v.symbols["vma_count"])
	return at, min(n&0xffffffff, maxAreas)
}

func (v *View) areaAt(table, i uint64) (Area, bool) {
	var b [areaSize]byte
	at, ok := v.Word(table + 8*i)
	if !ok || v.Read(at, b[:]) < len(b) {
		return Area{}, false
	}
	word := func(off int) uint64 { return binary.LittleEndian.Uint64(b[off:]) }
	return Area{word(abi.DVMAStart), word(abi.DVMAEnd), int(int32(binary.LittleEndian.Uint32(b[abi.DVMAProt:]))), int(int32(binary.LittleEndian.Uint32(b[abi.DVMAFlags:]))), word(abi.DVMAFile), word(abi.DVMAOffset)}, true
}

// Areas are those of the program, by address, none over another.
func (v *View) Areas() []Area {
	var list []Area
	table, n := v.areaTable()
	end := uint64(0)
	for i := range n {
		a, ok := v.areaAt(table, i)
		if !ok || a.Start < end || a.End <= a.Start || a.End > 1<<47 {
			break
		}
		list, end = append(list, a), a.End
	}
	return list
}

// area finds the one that holds an address. The kernel keeps them sorted.
func (v *View) area(addr uint64) (Area, bool) {
	if IsKernel(addr) {
		return Area{}, false
	}
	table, n := v.areaTable()
	lo, hi := uint64(0), n
	for lo < hi {
		mid := (lo + hi) / 2
		a, ok := v.areaAt(table, mid)
		switch {
		case !ok:
			return a, false
		case a.End <= addr:
			lo = mid + 1
		case a.Start > addr:
			hi = mid
		default:
			return a, true
		}
	}
	return Area{}, false
}
