package elffile

import (
	"bytes"
	"debug/elf"
	"slices"
	"sort"
)

// ConstStrings returns, sorted, the names for which want is true among the
// constant strings of the file: NUL-terminated runs of identifier characters
// in read-only data. A run counts if a NUL (or the start of the data) comes
// before it, so that it is a whole string of its own. A linker also merges a
// constant into the tail of a longer one ("stat" into "fstat"); such a tail
// counts only if something takes its address: a RIP-relative LEA, an address in
// data or in a relocation, in a file at fixed addresses an immediate operand.
//
// want is called with a slice that it must not keep.
func (f *File) ConstStrings(want func(name []byte) bool) ([]string, error) {
	found := make(map[string]bool)
	tails := make(map[uint64]string) // by address: to be confirmed by a reference
	for _, r := range f.ReadOnlyRanges() {
		atStart := true
		err := f.scan(r.Off, r.Size, maxConst+2, "read-only data", func(b []byte, off uint64) bool {
			addr := r.Vaddr + (off - r.Off)
			constStrings(b, atStart, func(i, j int, whole bool) {
				if !want(b[i:j]) {
					return
				}
				if whole {
					found[string(b[i:j])] = true
				} else {
					tails[addr+uint64(i)] = string(b[i:j])
				}
			})
			atStart = false
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	for a, s := range tails {
		if found[s] {
			delete(tails, a)
		}
	}
	if len(tails) > 0 {
		confirm := func(addr uint64) {
			if s, ok := tails[addr]; ok {
				found[s] = true
			}
		}
		if err := f.leaTargets(confirm); err != nil {
			return nil, err
		}
		lo, hi := bounds(tails)
		if err := f.words(lo, hi, confirm); err != nil {
			return nil, err
		}
	}
	out := make([]string, 0, len(found))
	for s := range found {
		out = append(out, s)
	}
	sort.Strings(out)
	return out, nil
}

// maxConst is the length of the longest constant string that is looked at.
const maxConst = 255

// constStrings calls fn with the bounds of each run of identifier characters
// in b that a NUL ends, and then of each of its tails that is itself an
// identifier. whole says that the run starts after a NUL.
func constStrings(b []byte, atStart bool, fn func(i, j int, whole bool)) {
	for pos := 0; ; {
		j := bytes.IndexByte(b[pos:], 0)
		if j < 0 {
			return
		}
		j += pos
		i := j
		for i > pos && j-i < maxConst && identByte[b[i-1]] {
			i--
		}
		if i < j {
			// At pos a NUL came before, or the data starts, or the
			// block does: then the overlap has shown it already.
			whole := i == pos && (pos > 0 || atStart)
			for k := i; k < j; k++ {
				if c := b[k]; c < '0' || c > '9' {
					fn(k, j, whole && k == i)
				}
			}
		}
		pos = j + 1
	}
}

var identByte = func() (t [256]bool) {
	for c := range t {
		t[c] = c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	return
}()

// HasTexts says of each text whether the loaded data that is not code holds it.
func (f *File) HasTexts(texts ...string) ([]bool, error) {
	found := make([]bool, len(texts))
	longest := 0
	for _, t := range texts {
		longest = max(longest, len(t))
	}
	for _, r := range f.ReadOnlyRanges() {
		err := f.scan(r.Off, r.Size, longest, "read-only data", func(b []byte, _ uint64) bool {
			for i, t := range texts {
				found[i] = found[i] || bytes.Contains(b, []byte(t))
			}
			return slices.Contains(found, false)
		})
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

func bounds(m map[uint64]string) (lo, hi uint64) {
	lo = ^lo
	for a := range m {
		lo, hi = min(lo, a), max(hi, a)
	}
	return lo, hi
}

// words calls fn with what reads as an address from lo to hi: each aligned word
// of what is loaded as data, among which are the addends of RELA relocations and the
// places of RELR ones, and in a file at fixed addresses any four bytes of code.
func (f *File) words(lo, hi uint64, fn func(addr uint64)) error {
	for _, r := range f.ranges(func(elf.ProgFlag) bool { return true }) {
		skip := -r.Vaddr & 7
		if r.Size < skip {
			continue
		}
		err := f.scan(r.Off+skip, r.Size-skip, 0, "data", func(b []byte, _ uint64) bool {
			for i := 0; i+8 <= len(b); i += 8 {
				if w := le.Uint64(b[i:]); w >= lo && w <= hi {
					fn(w)
				}
			}
			return true
		})
		if err != nil {
			return err
		}
	}
	if f.Type != elf.ET_EXEC || lo > 1<<32 {
		return nil
	}
	for _, r := range f.ExecRanges() {
		err := f.scan(r.Off, r.Size, 3, "code", func(b []byte, _ uint64) bool {
			for i := 0; i+4 <= len(b); i++ {
				if w := uint64(le.Uint32(b[i:])); w >= lo && w <= hi {
					fn(w)
				}
			}
			return true
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// leaTargets calls fn with the target of every byte sequence in executable
// memory that reads as a RIP-relative 64-bit LEA: REX.W, 8D, ModRM with
// mod=00 rm=101, disp32 relative to the next instruction.
func (f *File) leaTargets(fn func(addr uint64)) error {
	for _, r := range f.ExecRanges() {
		err := f.scan(r.Off, r.Size, 6, "code", func(b []byte, off uint64) bool {
			addr := r.Vaddr + (off - r.Off)
			for i := 1; i+6 <= len(b); i++ {
				j := bytes.IndexByte(b[i:len(b)-5], 0x8d)
				if j < 0 {
					break
				}
				i += j
				if b[i-1]&0xf8 == 0x48 && b[i+1]&0xc7 == 0x05 {
					fn(addr + uint64(i) + 6 + uint64(int64(int32(le.Uint32(b[i+2:])))))
				}
			}
			return true
		})
		if err != nil {
			return err
		}
	}
	return nil
}
