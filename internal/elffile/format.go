package elffile

import (
	"bytes"
	"debug/elf"
)

// maxFlags is how many bytes of flags, width and precision may stand between
// the percent sign and the letter of a conversion.
const maxFlags = 16

// HasConversion reports whether the file's data (constants and initialised
// variables) holds a printf conversion with the given letter, such as %m or
// %-20m. It looks at bytes, so it can be wrong in one direction: chance bytes
// may look like one.
func (f *File) HasConversion(letter byte) (bool, error) {
	writable := f.ranges(func(fl elf.ProgFlag) bool { return fl&elf.PF_W != 0 })
	for _, r := range append(f.ReadOnlyRanges(), writable...) {
		found := false
		err := f.scan(r.Off, r.Size, maxFlags+2, "data", func(b []byte, _ uint64) bool {
			found = hasConversion(b, letter)
			return !found
		})
		if found || err != nil {
			return found, err
		}
	}
	return false, nil
}

func hasConversion(b []byte, letter byte) bool {
	for {
		i := bytes.IndexByte(b, '%')
		if i < 0 {
			return false
		}
		b = b[i+1:]
		for j := 0; j < len(b) && j <= maxFlags; j++ {
			if b[j] == letter {
				return true
			}
			if !bytes.ContainsRune([]byte("-+ #0123456789.*'$I"), rune(b[j])) {
				break
			}
		}
	}
}
