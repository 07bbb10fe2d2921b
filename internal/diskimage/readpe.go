package diskimage

import (
	"encoding/binary"
	"io"
	"strings"
)

// Sections of the program that firmware loads, besides the loader's.
const (
	sectionCmdline = ".cmdline"
	sectionKernel  = ".kernel"
	sectionRoot    = ".root"
	sectionInfo    = ".info" // how the image is run; only tools read it
)

// readPE finds the sections of a PE program by their names. Their length is that in memory, as a file's
// sections are padded.
func readPE(r *io.SectionReader) (map[string]*io.SectionReader, error) {
	le := binary.LittleEndian
	head, err := readAt(r, 0, 64)
	if err != nil || string(head[:2]) != "MZ" {
		return nil, ErrForeign
	}
	at := int64(le.Uint32(head[60:]))
	h, err := readAt(r, at, 24)
	if err != nil || string(h[:4]) != "PE\x00\x00" || le.Uint16(h[4:]) != peMachineAMD64 {
		return nil, ErrForeign
	}
	table, err := readAt(r, at+24+int64(le.Uint16(h[20:])), 40*int(min(le.Uint16(h[6:]), 96)))
	if err != nil {
		return nil, ErrForeign
	}
	found := map[string]*io.SectionReader{}
	for ; len(table) > 0; table = table[40:] {
		name := strings.TrimRight(string(table[:8]), "\x00")
		size, raw := int64(le.Uint32(table[8:])), int64(le.Uint32(table[16:]))
		if found[name] = section(r, int64(le.Uint32(table[20:])), min(size, raw)); found[name] == nil {
			return nil, damaged("section %s of its program is not in the file", name)
		}
	}
	return found, nil
}
