package linker

import (
	"encoding/binary"
	"strings"
)

// pvhNoteType is XEN_ELFNOTE_PHYS32_ENTRY: where a PVH loader enters (Xen's
// public/elfnote.h).
const pvhNoteType = 18

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
