package elffile

import (
	"bytes"
	"debug/elf"
	"strings"
)

// maxFlags is how many bytes of flags, width and precision may stand between
// the percent sign and the letter of a conversion.
const maxFlags = 16

// floatConversions are the letters of printf's conversions for floating point
// values.
const floatConversions = "aAeEfFgG"

// HasConversion reports whether the file's data (constants and initialised
// variables) holds a printf conversion with one of the letters, such as %m or
// %-20m. It looks at bytes, so it can be wrong in one direction: chance bytes
// may look like one.
func (f *File) HasConversion(letters string) (bool, error) {
	return f.hasFormat(func(b []byte) bool { return hasConversion(b, letters) })
}

// HasFloatConversion is HasConversion for floating point values; %L counts as
// one.
func (f *File) HasFloatConversion() (bool, error) { return f.HasConversion(floatConversions + "L") }

// HasLongDoubleConversion is HasConversion for values of type long double, such
// as %Lf.
func (f *File) HasLongDoubleConversion() (bool, error) { return f.hasFormat(hasLongDouble) }

func hasLongDouble(b []byte) bool {
	for at := 0; ; at++ {
		i := bytes.IndexByte(b[at:], 'L')
		if i < 0 || at+i+1 == len(b) {
			return false
		}
		at += i
		if strings.IndexByte(floatConversions, b[at+1]) >= 0 && hasConversion(b[max(0, at-maxFlags-1):at+1], "L") {
			return true
		}
	}
}

// hasFormat reports whether a piece of the file's data has a format, as has
// sees it.
func (f *File) hasFormat(has func([]byte) bool) (bool, error) {
	writable := f.ranges(func(fl elf.ProgFlag) bool { return fl&elf.PF_W != 0 })
	for _, r := range append(f.ReadOnlyRanges(), writable...) {
		found := false
		err := f.scan(r.Off, r.Size, maxFlags+3, "data", func(b []byte, _ uint64) bool {
			found = has(b)
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
