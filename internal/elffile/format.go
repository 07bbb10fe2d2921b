package elffile

import (
	"bytes"
	"debug/elf"
	"strings"
)

// maxFlags is how many bytes of flags, width and precision may stand between
// the percent sign and the letter of a conversion.
const maxFlags = 16

// HasConversion reports whether the file's data (constants and initialised
// variables) holds a printf conversion with one of the letters, such as %m or
// %-20m. It looks at bytes, so it can be wrong in one direction: chance bytes
// may look like one.
func (f *File) HasConversion(letters string) (bool, error) {
	writable := f.ranges(func(fl elf.ProgFlag) bool { return fl&elf.PF_W != 0 })
	for _, r := range append(f.ReadOnlyRanges(), writable...) {
		found := false
		err := f.scan(r.Off, r.Size, maxFlags+2, "data", func(b []byte, _ uint64) bool {
			found = hasConversion(b, letters)
			return !found
		})
		if found || err != nil {
			return found, err
		}
	}
	return false, nil
}

func hasConversion(b []byte, letters string) bool {
	for {
		i := bytes.IndexByte(b, '%')
		if i < 0 {
			return false
		}
		b = b[i+1:]
		for j := 0; j < len(b) && j <= maxFlags; j++ {
			if strings.IndexByte(letters, b[j]) >= 0 {
				return true
			}
			if strings.IndexByte("-+ #0123456789.*'$Il", b[j]) < 0 {
				break
			}
		}
	}
}
