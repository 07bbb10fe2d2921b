package diskimage

import (
	"encoding/binary"
	"io"
)

const isoMagic = "CD001"

// openBootImage finds the boot image of a CD: the initial entry of the catalog that the boot record
// names (El Torito 1.0, 2.1 and 2.3), up to the CD's end.
func openBootImage(r *io.SectionReader) (*io.SectionReader, error) {
	le := binary.LittleEndian
	record, err := readAt(r, isoPVD+isoBlock, isoBlock)
	if err != nil || record[0] != 0 || string(record[1:6]) != isoMagic || string(record[7:7+23]) != "EL TORITO SPECIFICATION" {
		return nil, ErrForeign
	}
	catalog, err := readAt(r, int64(le.Uint32(record[isoBootEntry-isoPVD-isoBlock:]))*isoBlock, 64)
	if err != nil || catalog[0] != 1 || catalog[1] != 0xef || catalog[32] != 0x88 { // for UEFI, bootable
		return nil, ErrForeign
	}
	at := int64(le.Uint32(catalog[32+8:])) * isoBlock
	esp := section(r, at, r.Size()-at)
	if esp == nil {
		return nil, damaged("its boot image is behind its end")
	}
	return esp, nil
}
