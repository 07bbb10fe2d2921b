package linker

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// pvhNoteType is XEN_ELFNOTE_PHYS32_ENTRY: where a PVH loader enters (Xen's
// public/elfnote.h).
const pvhNoteType = 18

const pageSize = 4096

// finish checks the linker's output and writes kernel, symbol file and map.
func (l *link) finish(context.Context) error {
	kernel, f, err := l.stripped()
	if err != nil {
		return err
	}
	if err := l.check(f); err != nil {
		return l.unusable(err)
	}
	symbols, err := symbolFile(f)
	if err != nil {
		return err
	}
	linkMap, err := l.makeMap(f)
	if err != nil {
		return err
	}
	for _, o := range []struct {
		name string
		data []byte
	}{{tmpKernel, kernel}, {tmpSymbols, symbols}, {tmpMap, linkMap}} {
		if err := os.WriteFile(filepath.Join(l.tmp, o.name), o.data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// stripped reads what the linker wrote, and makes the kernel of it.
func (l *link) stripped() ([]byte, *elf.File, error) {
	linked := filepath.Join(l.tmp, tmpLinked)
	data, err := os.ReadFile(linked)
	if err != nil {
		return nil, nil, err
	}
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil, nil, fmt.Errorf("%s wrote no valid ELF file: %v", l.program, err)
	}
	changed, err := applyRelocations(data, f)
	if err != nil {
		return nil, nil, l.unusable(err)
	}
	if changed && l.opt.KeepDebug {
		if err := os.WriteFile(linked, data, 0o666); err != nil {
			return nil, nil, err
		}
	}
	kernel, err := strip(data)
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256(kernel)
	l.res.SHA256, l.res.Size = hex.EncodeToString(sum[:]), int64(len(kernel))
	return kernel, f, nil
}

func (l *link) unusable(err error) error {
	return fmt.Errorf("%s: the linked kernel is unusable: %v", filepath.Join(l.opt.Kit.Dir, kitScript), err)
}

// check proves what boot relies on: fixed addresses, nothing to relocate, no
// segment both writable and executable, a PVH note, and exactly the dynamic
// symbols that were asked for.
func (l *link) check(f *elf.File) error {
	if f.Type != elf.ET_EXEC || f.Class != elf.ELFCLASS64 || f.Machine != elf.EM_X86_64 {
		return fmt.Errorf("type %v for %v, want ET_EXEC for x86-64", f.Type, f.Machine)
	}
	pvh := false
	var end uint64 // of the pages seen so far
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && p.Memsz > 0 {
			if p.Vaddr%pageSize != 0 || p.Vaddr < end {
				return fmt.Errorf("segment at %#x does not begin on a page of its own", p.Vaddr)
			}
			end = p.Vaddr + p.Memsz
		}
		if p.Type == elf.PT_LOAD && p.Flags&elf.PF_W != 0 && p.Flags&elf.PF_X != 0 {
			return fmt.Errorf("segment at %#x is writable and executable", p.Vaddr)
		}
		if p.Type == elf.PT_NOTE {
			note := make([]byte, p.Filesz)
			if _, err := p.ReadAt(note, 0); err != nil {
				return err
			}
			pvh = pvh || findNote(note, "Xen", pvhNoteType) != nil
		}
		if p.Type == elf.PT_INTERP {
			return fmt.Errorf("it names an interpreter")
		}
	}
	if !pvh {
		return fmt.Errorf("no PVH entry note (.note.Xen)")
	}
	for _, tag := range []elf.DynTag{elf.DT_RELA, elf.DT_RELASZ, elf.DT_REL, elf.DT_JMPREL, elf.DT_TEXTREL, elf.DT_NEEDED} {
		if v, err := f.DynValue(tag); err == nil && len(v) > 0 {
			return fmt.Errorf("it needs work at boot: %v in its dynamic section", tag)
		}
	}
	have := map[string]bool{}
	dyn, err := f.DynamicSymbols()
	if err != nil && len(l.res.Symbols) > 0 {
		return err
	}
	for _, s := range dyn {
		if s.Section == elf.SHN_UNDEF {
			return fmt.Errorf("dynamic symbol %s is undefined", s.Name)
		}
		have[s.Name] = true
	}
	var missing []string
	l.res.Symbols = slices.DeleteFunc(l.res.Symbols, func(s string) bool { return !have[s] && l.matched[s] })
	for _, s := range l.res.Symbols {
		if !have[s] {
			missing = append(missing, s)
		}
		delete(have, s)
	}
	if len(missing) > 0 {
		return fmt.Errorf("not exported, because their visibility in the kit is hidden: %s", strings.Join(missing, ", "))
	}
	for s := range have {
		return fmt.Errorf("dynamic symbol %s was not asked for", s)
	}
	return nil
}

// findNote returns the contents of the first note of that name and type in the
// note section data, or nil (ELF specification, "Note Section": 4-byte aligned
// fields).
func findNote(data []byte, name string, typ uint32) []byte {
	for len(data) >= 12 {
		namesz := uint64(binary.LittleEndian.Uint32(data))
		descsz := uint64(binary.LittleEndian.Uint32(data[4:]))
		t := binary.LittleEndian.Uint32(data[8:])
		data = data[12:]
		desc := (namesz + 3) &^ 3
		end := desc + (descsz+3)&^3
		if namesz > uint64(len(data)) || desc+descsz > uint64(len(data)) {
			return nil
		}
		if t == typ && strings.TrimRight(string(data[:namesz]), "\x00") == name {
			return data[desc : desc+descsz]
		}
		if end > uint64(len(data)) {
			return nil
		}
		data = data[end:]
	}
	return nil
}

// Offsets in ELF64 headers (System V ABI, "ELF Header", "Program Header").
const (
	ehSize, phSize, shSize = 64, 56, 64

	ehPhoff, ehShoff           = 32, 40
	ehPhnum                    = 56
	ehShentsize                = 58
	ehShnum, ehShstrndx        = 60, 62
	phFlags                    = 4
	phOffset, phVaddr, phPaddr = 8, 16, 24
	phFilesz, phMemsz, phAlign = 32, 40, 48

	dynSize = 16 // of Elf64_Dyn
)

// fileAlign is the alignment of segments in the linked file, with which the
// stripped file does without.
const fileAlign = 16

// strip returns the part of an executable that is loaded: headers without
// sections, empty segments and PT_TLS, then the segments' bytes, packed. Loaders
// copy a kernel's segments and never map them, so offsets in the file need not
// match addresses, a segment without contents is part of the one before it with
// the same rights, and zeros at the end of a segment are left to the loader,
// which clears what the file does not fill. Program headers must follow the ELF
// header, as linkers place them.
func strip(data []byte) ([]byte, error) {
	le := binary.LittleEndian
	bad := fmt.Errorf("the linker wrote a file with an unexpected layout")
	if len(data) < ehSize || le.Uint64(data[ehPhoff:]) != ehSize {
		return nil, bad
	}
	n := int(le.Uint16(data[ehPhnum:]))
	if ehSize+n*phSize > len(data) {
		return nil, bad
	}
	type segment struct {
		ph       []byte
		off, end uint64 // in data
		to       uint64 // in the output
	}
	var loads, others []*segment
	joins := func(ph []byte) bool { // what is to be cleared behind the last segment
		if len(loads) == 0 || le.Uint64(ph[phFilesz:]) != 0 {
			return false
		}
		last := loads[len(loads)-1].ph
		end := le.Uint64(last[phVaddr:]) + le.Uint64(last[phMemsz:])
		return le.Uint32(ph[phFlags:]) == le.Uint32(last[phFlags:]) && le.Uint64(ph[phVaddr:]) >= end &&
			le.Uint64(ph[phVaddr:])-le.Uint64(last[phVaddr:]) == le.Uint64(ph[phPaddr:])-le.Uint64(last[phPaddr:])
	}
	for i := range n {
		ph := slices.Clone(data[ehSize+i*phSize:][:phSize])
		off, size := le.Uint64(ph[phOffset:]), le.Uint64(ph[phFilesz:])
		if off > uint64(len(data)) || size > uint64(len(data))-off {
			return nil, bad
		}
		s := &segment{ph: ph, off: off, end: off + size}
		switch {
		case le.Uint64(ph[phMemsz:]) == 0:
		case elf.ProgType(le.Uint32(ph)) == elf.PT_LOAD && joins(ph):
			last := loads[len(loads)-1].ph
			le.PutUint64(last[phMemsz:], le.Uint64(ph[phVaddr:])+le.Uint64(ph[phMemsz:])-le.Uint64(last[phVaddr:]))
		case elf.ProgType(le.Uint32(ph)) == elf.PT_LOAD:
			loads = append(loads, s)
		case elf.ProgType(le.Uint32(ph)) != elf.PT_TLS: // the kernel finds its threads' data by symbols
			others = append(others, s)
		}
	}
	out := slices.Clone(data[:ehSize])
	out = append(out, make([]byte, (len(loads)+len(others))*phSize)...)
	for _, s := range loads {
		end := s.off + uint64(len(bytes.TrimRight(data[s.off:s.end], "\x00")))
		for _, o := range others {
			if elf.ProgType(le.Uint32(o.ph)) == elf.PT_DYNAMIC && s.off <= o.off && o.off <= end {
				end = min(s.end, o.off+alignUp(end-o.off, dynSize)) // entries stay whole
			}
		}
		body := data[s.off:end]
		s.to = uint64(len(out))
		out = append(out, body...)
		le.PutUint64(s.ph[phOffset:], s.to)
		le.PutUint64(s.ph[phFilesz:], uint64(len(body)))
		le.PutUint64(s.ph[phAlign:], 1)
	}
	for _, s := range others { // lie within a loaded segment
		i := slices.IndexFunc(loads, func(l *segment) bool { return l.off <= s.off && s.end <= l.end })
		if i < 0 {
			return nil, bad
		}
		l := loads[i]
		le.PutUint64(s.ph[phOffset:], l.to+s.off-l.off)
		le.PutUint64(s.ph[phFilesz:], min(s.end, max(s.off, l.off+le.Uint64(l.ph[phFilesz:])))-s.off)
	}
	for i, s := range append(others, loads...) {
		copy(out[ehSize+i*phSize:], s.ph)
	}
	le.PutUint16(out[ehPhnum:], uint16(len(loads)+len(others)))
	le.PutUint64(out[ehShoff:], 0)
	le.PutUint16(out[ehShentsize:], 0)
	le.PutUint16(out[ehShnum:], 0)
	le.PutUint16(out[ehShstrndx:], 0)
	return out, nil
}

// symbolFile lists functions and objects, sorted by address: "hexaddr size
// name", both numbers in hexadecimal.
func symbolFile(f *elf.File) ([]byte, error) {
	syms, err := f.Symbols()
	if err != nil {
		return nil, fmt.Errorf("the linker's output has no symbols: %v", err)
	}
	syms = slices.DeleteFunc(syms, func(s elf.Symbol) bool {
		t := elf.ST_TYPE(s.Info)
		return s.Section == elf.SHN_UNDEF || s.Section == elf.SHN_ABS || s.Name == "" ||
			t != elf.STT_FUNC && t != elf.STT_OBJECT && t != elf.STT_NOTYPE
	})
	slices.SortStableFunc(syms, func(a, b elf.Symbol) int {
		switch {
		case a.Value != b.Value:
			if a.Value < b.Value {
				return -1
			}
			return 1
		case a.Size != b.Size: // the larger first: aliases without a size come after
			if a.Size > b.Size {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	var b bytes.Buffer
	for _, s := range syms {
		fmt.Fprintf(&b, "%x %x %s\n", s.Value, s.Size, s.Name)
	}
	return b.Bytes(), nil
}
