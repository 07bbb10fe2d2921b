package elflink

import (
	"cmp"
	"debug/elf"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const pageSize = 4096

// output is a section of the kernel.
type output struct {
	def        *Output
	addr, size uint64
	align      uint64
	number     uint16 // in the file with all symbols
	flags      elf.SectionFlag
	data       []byte // nil: none in the file
}

// item is what a part places: a section, a pool or a table.
type item struct {
	name  string
	size  uint64
	align uint64
	sec   *section
	pool  *pool
	made  Made
}

// filled reports whether the item has content.
func (i *item) filled() bool { return i.sec == nil || i.sec.typ != elf.SHT_NOBITS }

// segmentRange is a segment that is loaded.
type segmentRange struct {
	flags   elf.ProgFlag
	outputs []*output
	start   uint64
	size    uint64
}

// tlsRange is the initial image of a thread's data.
type tlsRange struct {
	start, size, align uint64
}

// layout gives everything an address, in the order of the plan.
func (l *linker) layout() error {
	plan := l.in.Layout
	if err := l.bounded(); err != nil {
		return err
	}
	items := l.items()
	dot := plan.Base
	l.setLayoutSymbol(plan.First, dot, nil)
	for _, name := range slices.Sorted(maps.Keys(plan.Absolute)) {
		l.setLayoutSymbol(name, plan.Absolute[name], nil)
	}
	for i := range plan.Segments {
		dot = alignUp(dot, pageSize)
		r := segmentRange{flags: plan.Segments[i].Flags, start: dot}
		for j := range plan.Segments[i].Outputs {
			o := &output{def: &plan.Segments[i].Outputs[j]}
			if dot = l.placeOutput(o, items, dot); o.size > 0 {
				l.outs = append(l.outs, o)
				o.number = uint16(len(l.outs))
				r.outputs = append(r.outputs, o)
			}
		}
		if r.size = dot - r.start; r.size > 0 {
			l.segments = append(l.segments, r)
		}
	}
	l.setLayoutSymbol(plan.End, alignUp(dot, pageSize), nil)
	l.setLayoutSymbol(dynamicSymbol, l.madeAt[Dynamic], l.madeIn[Dynamic])
	return tooLarge(alignUp(dot, pageSize) - plan.Base)
}

// maxKernel bounds a kernel's memory: what is in it refers to the rest by 32 bits.
const maxKernel = 1 << 30

func tooLarge(size uint64) error {
	if size > maxKernel {
		return fmt.Errorf("link: the kernel takes %d MB of memory, more than %d", size>>20, maxKernel>>20)
	}
	return nil
}

// bounded is an error for more sections than a kernel can have: before addresses are made of their sizes, and memory
// is taken for those without content too, which may stand behind others.
func (l *linker) bounded() error {
	total := uint64(0)
	for _, id := range l.order {
		s := &l.sections[id]
		if total += s.size + uint64(s.align) - 1; s.size > maxKernel || total > maxKernel {
			return tooLarge(max(s.size, total))
		}
	}
	return nil
}

// items lists what each part places.
func (l *linker) items() map[*Part][]item {
	items := map[*Part][]item{}
	ids := slices.Clone(l.order)
	slices.Sort(ids)
	pooled := map[*pool]bool{}
	for _, id := range ids {
		s := &l.sections[id]
		switch p := s.pool; {
		case p == nil:
			items[s.part] = append(items[s.part], item{name: s.name, size: s.size, align: uint64(s.align), sec: s})
		case !pooled[p]:
			pooled[p] = true
			items[s.part] = append(items[s.part], item{name: s.name, size: uint64(len(p.data)), align: p.kind.align, pool: p})
		}
	}
	for p, list := range items {
		switch p.Sort {
		case ByName:
			slices.SortStableFunc(list, func(a, b item) int { return strings.Compare(a.name, b.name) })
		case ByAlignment:
			slices.SortStableFunc(list, func(a, b item) int { return cmp.Compare(b.align, a.align) })
		}
	}
	return items
}

// placeOutput places an output at dot or behind it, and returns its end. Cleared thread-local data
// has no place in the kernel, so what follows it begins where it does.
func (l *linker) placeOutput(o *output, items map[*Part][]item, dot uint64) uint64 {
	begin, filled := dot, false
	o.align = 1
	for k := range o.def.Parts {
		p := &o.def.Parts[k]
		if t := l.made(p.Made); len(t) > 0 {
			items[p] = []item{{name: madeNames[p.Made], size: uint64(len(t)), align: madeAlign[p.Made], made: p.Made}}
		}
		for i := range items[p] {
			o.align = max(o.align, items[p][i].align)
			filled = filled || items[p][i].filled()
		}
	}
	dot = alignUp(dot, o.align)
	o.addr = dot
	for k := range o.def.Parts {
		p := &o.def.Parts[k]
		dot = alignUp(dot, max(1, p.Align))
		if p.Define != "" {
			l.setLayoutSymbol(p.Define, dot, o)
		}
		for i := range items[p] {
			dot = l.placeItem(o, &items[p][i], dot)
		}
	}
	o.size = dot - o.addr
	if filled && !o.def.NoBits {
		o.data = make([]byte, o.size)
	}
	if o.flags&elf.SHF_TLS == 0 {
		return dot
	}
	if l.tls.size == 0 {
		l.tls.start = o.addr
	}
	l.tls.size, l.tls.align = dot-l.tls.start, max(l.tls.align, o.align)
	if !filled {
		return begin
	}
	return dot
}

// placeItem places an item at dot or behind it, and returns its end.
func (l *linker) placeItem(o *output, x *item, dot uint64) uint64 {
	dot = alignUp(dot, x.align)
	switch {
	case x.sec != nil:
		x.sec.addr, x.sec.out = dot, o
		o.flags |= x.sec.flags & (elf.SHF_WRITE | elf.SHF_EXECINSTR | elf.SHF_TLS)
	case x.pool != nil:
		x.pool.addr, x.pool.out = dot, o
		for _, id := range x.pool.from {
			l.sections[id].out = o
		}
	default:
		l.madeAt[x.made], l.madeIn[x.made] = dot, o
	}
	return dot + x.size
}

// setLayoutSymbol gives a name of the layout its address, unless an object defines it.
func (l *linker) setLayoutSymbol(name string, addr uint64, o *output) {
	if s := &l.symbols[l.lookup(name)]; s.kind == symLayout {
		s.value = addr
		l.image.Names = append(l.image.Names, LayoutName{Name: name, Addr: addr})
		s.out = o
	}
}
