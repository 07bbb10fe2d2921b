package gdbserver

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Registers are those of a thread, in the order of gdb's description of x86-64 (gdb/features/i386/64bit-core.xml).
type Registers struct {
	General [16]uint64 // rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp, r8 ... r15
	RIP     uint64
	Flags   uint32
	Segment [6]uint32 // cs, ss, ds, es, fs, gs
	FSBase  uint64
	GSBase  uint64
	// Vector is the state of x87, SSE and AVX in the standard format of XSAVE (Intel SDM vol. 1, 13.4); nil: not known.
	Vector []byte
}

// Parts of the XSAVE area.
const (
	legacyMXCSR = 24
	legacyST    = 32
	legacyXMM   = 160
	headerBits  = 512
	areaAVX     = 576
	areaSize    = areaAVX + 256
)

// AVX tells that the description has the upper halves of YMM registers.
const avxBit = 4

// description is target.xml.
func description(avx bool) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target version="1.0"><architecture>i386:x86-64</architecture><osabi>GNU/Linux</osabi>`)
	reg := func(name string, bits int, typ, group string) {
		fmt.Fprintf(&b, `<reg name="%s" bitsize="%d" type="%s"`, name, bits, typ)
		if group != "" {
			fmt.Fprintf(&b, ` group="%s"`, group)
		}
		b.WriteString("/>")
	}
	b.WriteString(`<feature name="org.gnu.gdb.i386.core">`)
	for _, n := range strings.Fields("rax rbx rcx rdx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15") {
		typ := "int64"
		if n == "rbp" || n == "rsp" {
			typ = "data_ptr"
		}
		reg(n, 64, typ, "")
	}
	reg("rip", 64, "code_ptr", "")
	b.WriteString(`<flags id="i386_eflags" size="4">`)
	for _, f := range []struct {
		name string
		bit  int
	}{{"CF", 0}, {"PF", 2}, {"AF", 4}, {"ZF", 6}, {"SF", 7}, {"TF", 8}, {"IF", 9}, {"DF", 10}, {"OF", 11}, {"RF", 16}, {"AC", 18}, {"ID", 21}} {
		fmt.Fprintf(&b, `<field name="%s" start="%d" end="%d"/>`, f.name, f.bit, f.bit)
	}
	b.WriteString(`</flags>`)
	reg("eflags", 32, "i386_eflags", "")
	for _, n := range strings.Fields("cs ss ds es fs gs") {
		reg(n, 32, "int32", "")
	}
	for i := range 8 {
		reg(fmt.Sprintf("st%d", i), 80, "i387_ext", "")
	}
	for _, n := range strings.Fields("fctrl fstat ftag fiseg fioff foseg fooff fop") {
		reg(n, 32, "int", "float")
	}
	b.WriteString(`</feature><feature name="org.gnu.gdb.i386.sse">`)
	for _, v := range []struct {
		id, typ string
		count   int
	}{{"v4f", "ieee_single", 4}, {"v2d", "ieee_double", 2}, {"v16i8", "int8", 16}, {"v8i16", "int16", 8}, {"v4i32", "int32", 4}, {"v2i64", "int64", 2}} {
		fmt.Fprintf(&b, `<vector id="%s" type="%s" count="%d"/>`, v.id, v.typ, v.count)
	}
	b.WriteString(`<union id="vec128"><field name="v4_float" type="v4f"/><field name="v2_double" type="v2d"/><field name="v16_int8" type="v16i8"/>` +
		`<field name="v8_int16" type="v8i16"/><field name="v4_int32" type="v4i32"/><field name="v2_int64" type="v2i64"/><field name="uint128" type="uint128"/></union>`)
	for i := range 16 {
		reg(fmt.Sprintf("xmm%d", i), 128, "vec128", "")
	}
	reg("mxcsr", 32, "int", "vector")
	b.WriteString(`</feature><feature name="org.gnu.gdb.i386.linux">`) // without it gdb has nothing of what it knows of Linux
	reg("orig_rax", 64, "int", "system")
	b.WriteString(`</feature><feature name="org.gnu.gdb.i386.segments">`)
	reg("fs_base", 64, "int", "")
	reg("gs_base", 64, "int", "")
	b.WriteString(`</feature>`)
	if avx {
		b.WriteString(`<feature name="org.gnu.gdb.i386.avx">`)
		for i := range 16 {
			reg(fmt.Sprintf("ymm%dh", i), 128, "uint128", "")
		}
		b.WriteString(`</feature>`)
	}
	b.WriteString(`</target>`)
	return b.String()
}

// encode makes the answer to 'g': all registers one after the other, those that are not known as "xx".
func (r *Registers) encode(avx bool) string {
	var b strings.Builder
	put := func(v uint64, size int) {
		for i := range size {
			fmt.Fprintf(&b, "%02x", byte(v>>(8*i)))
		}
	}
	bytes := func(at, size int) {
		if at+size > len(r.Vector) {
			b.WriteString(strings.Repeat("xx", size))
			return
		}
		fmt.Fprintf(&b, "%x", r.Vector[at:at+size])
	}
	for _, v := range r.General {
		put(v, 8)
	}
	put(r.RIP, 8)
	put(uint64(r.Flags), 4)
	for _, v := range r.Segment {
		put(uint64(v), 4)
	}
	for i := range 8 {
		bytes(legacyST+16*i, 10)
	}
	if len(r.Vector) < areaSize {
		b.WriteString(strings.Repeat("xx", 32))
	} else {
		for _, v := range r.control() {
			put(uint64(v), 4)
		}
	}
	for i := range 16 {
		bytes(legacyXMM+16*i, 16)
	}
	bytes(legacyMXCSR, 4)
	put(^uint64(0), 8) // orig_rax: in no system call that is to be restarted
	put(r.FSBase, 8)
	put(r.GSBase, 8)
	if avx {
		for i := range 16 {
			if len(r.Vector) >= areaSize && r.Vector[headerBits]&avxBit == 0 {
				b.WriteString(strings.Repeat("00", 16)) // in their first state
			} else {
				bytes(areaAVX+16*i, 16)
			}
		}
	}
	return b.String()
}

// control are fctrl, fstat, ftag, fiseg, fioff, foseg, fooff and fop.
func (r *Registers) control() [8]uint32 {
	v := r.Vector
	u16, u32 := binary.LittleEndian.Uint16, binary.LittleEndian.Uint32
	status := u16(v[2:])
	tags := uint32(0)
	for i := range 8 { // the short form has a bit for each that is used, gdb's two (SDM vol. 1, 10.5.1.1)
		if v[4]>>i&1 == 0 {
			tags |= 3 << (2 * i)
		} else {
			st := v[legacyST+16*((i-int(status>>11&7))&7):]
			exponent, fraction := u16(st[8:])&0x7fff, binary.LittleEndian.Uint64(st)
			switch {
			case exponent == 0 && fraction == 0:
				tags |= 1 << (2 * i)
			case exponent == 0x7fff || fraction>>63 == 0:
				tags |= 2 << (2 * i)
			}
		}
	}
	return [8]uint32{uint32(u16(v)), uint32(status), tags, uint32(u16(v[12:])), u32(v[8:]), uint32(u16(v[20:])), u32(v[16:]), uint32(u16(v[6:])) & 0x7ff}
}

// decode takes what 'G' brings. What is not known stays as it is.
func (r *Registers) decode(text string, avx bool) bool {
	at := 0
	next := func(size int) ([]byte, bool) {
		if at+2*size > len(text) {
			return nil, false
		}
		s := text[at : at+2*size]
		at += 2 * size
		b := make([]byte, size)
		_, err := fmt.Sscanf(s, "%x", &b)
		return b, err == nil && len(b) == size
	}
	number := func(size int, set func(uint64)) bool {
		if at+2*size <= len(text) && text[at] == 'x' {
			at += 2 * size
			return true
		}
		b, ok := next(size)
		if !ok {
			return false
		}
		var full [8]byte
		copy(full[:], b)
		set(binary.LittleEndian.Uint64(full[:]))
		return true
	}
	bytes := func(to, size int) bool {
		if at+2*size <= len(text) && text[at] == 'x' {
			at += 2 * size
			return true
		}
		b, ok := next(size)
		if ok && to >= 0 && to+size <= len(r.Vector) {
			copy(r.Vector[to:], b)
		}
		return ok
	}
	for i := range r.General {
		if !number(8, func(v uint64) { r.General[i] = v }) {
			return false
		}
	}
	ok := number(8, func(v uint64) { r.RIP = v }) && number(4, func(v uint64) { r.Flags = uint32(v) })
	for range r.Segment { // a program cannot change them
		ok = ok && number(4, func(uint64) {})
	}
	if !ok {
		return false
	}
	if at == len(text) {
		return true
	}
	for i := range 8 {
		ok = ok && bytes(legacyST+16*i, 10)
	}
	for i := range 8 { // control and status words; the rest of them are of the last instruction
		to := map[int]int{0: 0, 1: 2}
		if place, there := to[i]; there {
			ok = ok && number(4, func(v uint64) {
				if len(r.Vector) > place+2 {
					binary.LittleEndian.PutUint16(r.Vector[place:], uint16(v))
				}
			})
		} else {
			ok = ok && number(4, func(uint64) {})
		}
	}
	for i := range 16 {
		ok = ok && bytes(legacyXMM+16*i, 16)
	}
	ok = ok && bytes(legacyMXCSR, 4) && number(8, func(uint64) {}) && number(8, func(v uint64) { r.FSBase = v }) && number(8, func(uint64) {})
	if avx {
		if len(r.Vector) >= areaSize && r.Vector[headerBits]&avxBit == 0 {
			clear(r.Vector[areaAVX:areaSize])
		}
		for i := range 16 {
			ok = ok && bytes(areaAVX+16*i, 16)
		}
	}
	if ok && len(r.Vector) >= areaSize {
		r.Vector[headerBits] |= 3
		if avx {
			r.Vector[headerBits] |= avxBit
		}
	}
	return ok
}
