package kvmboot

import (
	"cmp"
	"encoding/binary"
	"slices"

	"uk.example/kvmboot/guestmem"
)

// MemoryUse is what a guest's memory holds at one moment, in bytes.
type MemoryUse struct {
	// Touched is the memory that the host had to provide; with huge pages it
	// comes in steps of 2 MB.
	Touched int64 `json:"touched"`
	// Tables is the memory of the guest's page tables.
	Tables int64 `json:"page_tables"`
	// Mapped is memory by what ring 3 may do with it: each physical page that
	// is RAM counts once for each set of rights that some address gives.
	Mapped []Rights `json:"mapped"`
	// ExecWritable is memory that one address lets ring 3 execute and another
	// address lets it write.
	ExecWritable int64 `json:"executable_writable"`
}

// Rights is an amount of memory with the rights to it.
type Rights struct {
	Rights string `json:"rights"` // such as "r-x"
	Bytes  int64  `json:"bytes"`
}

// Bits of page table entries (Intel SDM vol. 3, 4.5).
const (
	ptePresent, pteWrite, pteUser, pteLarge = 1 << 0, 1 << 1, 1 << 2, 1 << 7

	pteNoExec  = 1 << 63
	pteAddress = 0x000ffffffffff000
)

// memoryUse looks at the guest's memory and page tables. They are hostile: each
// page of tables is looked at once, and nothing outside RAM.
func (c *vcpu) memoryUse() *MemoryUse {
	u := &MemoryUse{Touched: c.m.mem.Resident(), Mapped: []Rights{}}
	var s kvmSregs
	if ioctlPtr(c.fd, kvmGetSregs, &s) != nil || s.cr0>>31 == 0 {
		return u
	}
	w := walker{mem: c.m.mem, tables: map[uint64]bool{}, spans: map[string][]span{}}
	w.table(s.cr3&pteAddress, 4, pteWrite|pteUser)
	u.Tables = int64(len(w.tables)) * guestmem.PageSize
	var exec, write []span
	for rights, spans := range w.spans {
		spans = merge(spans)
		u.Mapped = append(u.Mapped, Rights{rights, total(spans)})
		if rights[2] == 'x' {
			exec = append(exec, spans...)
		}
		if rights[1] == 'w' {
			write = append(write, spans...)
		}
	}
	slices.SortFunc(u.Mapped, func(a, b Rights) int { return cmp.Compare(a.Rights, b.Rights) })
	exec, write = merge(exec), merge(write)
	// What is in both is what the sum of the two has more than their union.
	u.ExecWritable = total(exec) + total(write) - total(merge(append(slices.Clone(exec), write...)))
	return u
}

// walker gathers what page tables map for ring 3.
type walker struct {
	mem    *guestmem.Memory
	tables map[uint64]bool
	spans  map[string][]span // by rights
	room   int               // spans of one kind that are kept unmerged
}

// maxLoose is walker.room at first. Tables that name the same page again and again would be a list larger than the
// guest's memory.
const maxLoose = 1 << 16

// span is a range of guest-physical memory.
type span struct{ start, end uint64 }

// table looks at one page of tables; rights are what the levels above allow.
func (w *walker) table(addr uint64, level int, rights uint64) {
	t, err := w.mem.Slice(addr, guestmem.PageSize)
	if err != nil || w.tables[addr] {
		return
	}
	w.tables[addr] = true
	for i := 0; i < guestmem.PageSize; i += 8 {
		e := binary.LittleEndian.Uint64(t[i:])
		if e&ptePresent == 0 {
			continue
		}
		// Writing and ring 3 need every level's leave, execution no level's veto.
		r := rights&e&(pteWrite|pteUser) | (rights|e)&pteNoExec
		if level > 1 && e&pteLarge == 0 {
			w.table(e&pteAddress, level-1, r)
			continue
		}
		size := uint64(guestmem.PageSize) << (9 * (level - 1))
		start := e & pteAddress &^ (size - 1)
		if _, err := w.mem.Slice(start, 1); err != nil || r&pteUser == 0 || level == 4 {
			continue
		}
		b := []byte("r--")
		if r&pteWrite != 0 {
			b[1] = 'w'
		}
		if r&pteNoExec == 0 {
			b[2] = 'x'
		}
		w.add(string(b), span{start, clip(w.mem, start, start+size)})
	}
}

// add notes a span. What is kept are at most twice as many as there are gaps between pages.
func (w *walker) add(rights string, s span) {
	list := append(w.spans[rights], s)
	if w.room = max(w.room, maxLoose); len(list) >= w.room {
		list = merge(list)
		w.room = max(w.room, 2*len(list))
	}
	w.spans[rights] = list
}

// clip returns the end of the RAM from start on, at most end.
func clip(m *guestmem.Memory, start, end uint64) uint64 {
	if start < guestmem.HighBase {
		return min(end, uint64(len(m.Low)))
	}
	return min(end, guestmem.HighBase+uint64(len(m.High)))
}

// merge sorts spans and joins those that touch.
func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.start <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, s.end)
		} else {
			out = append(out, s)
		}
	}
	return out
}

func total(spans []span) int64 {
	var n uint64
	for _, s := range spans {
		n += s.end - s.start
	}
	return int64(n)
}
