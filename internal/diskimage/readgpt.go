package diskimage

import (
	"encoding/binary"
	"encoding/hex"
	"io"
	"strings"
)

const (
	gptHeader = sector
	gptMagic  = "EFI PART"
	espType   = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
)

// maxPartitions is how many entries of a table are looked at.
const maxPartitions = 1024

// findPartitions finds the root file system, or nil, and the EFI system partition of a disk with a GUID
// partition table (UEFI 2.10, 5.3).
func findPartitions(r *io.SectionReader) (root, esp *io.SectionReader, err error) {
	le := binary.LittleEndian
	h, err := readAt(r, gptHeader, 92)
	if err != nil {
		return nil, nil, err
	}
	if string(h[:8]) != gptMagic {
		return nil, nil, ErrForeign
	}
	count, size := int64(le.Uint32(h[80:])), int64(le.Uint32(h[84:]))
	if count > maxPartitions || size < 128 || size > 4096 {
		return nil, nil, damaged("its partition table is none")
	}
	table := section(r, int64(min(le.Uint64(h[72:]), 1<<50))*sector, count*size)
	if table == nil {
		return nil, nil, damaged("its partition table is outside")
	}
	for i := range count {
		e, err := readAt(table, i*size, 48)
		if err != nil {
			return nil, nil, err
		}
		typ := guidText(e[:16])
		if typ != RootType && typ != espType {
			continue
		}
		first, last := int64(min(le.Uint64(e[32:]), 1<<50)), int64(min(le.Uint64(e[40:]), 1<<50))
		p := section(r, first*sector, (last-first+1)*sector)
		switch {
		case p == nil:
			return nil, nil, damaged("a partition ends behind the disk's end")
		case typ == RootType && root == nil:
			root = p
		case typ == espType && esp == nil:
			esp = p
		}
	}
	if esp == nil {
		return nil, nil, ErrForeign
	}
	return root, esp, nil
}

// guidText writes a GUID as people do: its first three parts are little-endian (UEFI 2.10, appendix A).
func guidText(b []byte) string {
	o := []byte{b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6]}
	s := hex.EncodeToString(append(o, b[8:16]...))
	return strings.ToUpper(s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:])
}
