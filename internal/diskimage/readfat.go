package diskimage

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
)

// fatReader reads a FAT16 or FAT32 file system (Microsoft's specification 1.03; ECMA-107 for FAT16).
type fatReader struct {
	r        *io.SectionReader
	wide     bool  // entries of 32 bits
	table    int64 // offset of the first table, in bytes
	clusters int64
	data     int64 // offset of cluster 2
	cluster  int64 // bytes
	page     []byte
	pageAt   int64 // of the table, -1: none
}

// maxFolder bounds what is read of a folder, in bytes.
const maxFolder = 1 << 20

// openBootFile opens the program that firmware starts.
func openBootFile(r *io.SectionReader) (*io.SectionReader, error) {
	le := binary.LittleEndian
	b, err := readAt(r, 0, sector)
	if err != nil || le.Uint16(b[510:]) != 0xaa55 || le.Uint16(b[11:]) != sector || b[13] == 0 || b[16] == 0 {
		return nil, ErrForeign
	}
	tableSize, total := int64(le.Uint16(b[22:])), int64(le.Uint16(b[19:]))
	if total == 0 {
		total = int64(le.Uint32(b[32:]))
	}
	f := &fatReader{r: r, wide: tableSize == 0, cluster: int64(b[13]) * sector, table: int64(le.Uint16(b[14:])) * sector, pageAt: -1}
	if f.wide {
		tableSize = int64(le.Uint32(b[36:]))
	}
	roots := int64(le.Uint16(b[17:])) * 32
	rootAt := f.table + int64(b[16])*tableSize*sector
	f.data = rootAt + alignUp(roots, sector)
	f.clusters = (min(total*sector, r.Size()) - f.data) / f.cluster
	folder := section(r, rootAt, roots) // of FAT16, of a fixed size
	if folder == nil || f.clusters <= 0 {
		return nil, damaged("its EFI system partition has no room")
	}
	if f.wide {
		if folder, err = f.open(int64(le.Uint32(b[44:])), maxFolder); err != nil {
			return nil, err
		}
	}
	for name := range strings.SplitSeq(BootPath, "/") {
		if folder, err = f.find(folder, name); err != nil {
			return nil, err
		}
	}
	return folder, nil
}

// find opens the file or folder of a name without lower-case letters.
func (f *fatReader) find(folder *io.SectionReader, name string) (*io.SectionReader, error) {
	le := binary.LittleEndian
	b, err := readAt(folder, 0, int(min(folder.Size(), maxFolder)))
	if err != nil {
		return nil, err
	}
	want := shortName(name)
	for ; len(b) >= 32 && b[0] != 0; b = b[32:] {
		if b[11]&8 != 0 || !bytes.Equal(b[:11], want) { // a label, or a part of a long name
			continue
		}
		first := int64(le.Uint16(b[26:])) | int64(le.Uint16(b[20:]))<<16
		if !f.wide {
			first &= 0xffff
		}
		if b[11]&0x10 != 0 {
			return f.open(first, maxFolder)
		}
		size := int64(le.Uint32(b[28:]))
		if size > maxPE {
			return nil, damaged("%s is larger than uk makes them", BootPath)
		}
		file, err := f.open(first, size)
		if err == nil && file.Size() < size {
			err = damaged("%s is shorter than it should be", BootPath)
		}
		return file, err
	}
	return nil, ErrForeign
}

// open follows the clusters from first on, up to size bytes. A chain has no more clusters than there are, so
// that one which leads back to itself makes no large file of a small disk.
func (f *fatReader) open(first, size int64) (*io.SectionReader, error) {
	x := &extents{r: f.r}
	for c := first; x.size() < min(size, f.clusters*f.cluster); {
		if c < 2 || c >= f.clusters+2 {
			break // the end, or a damaged chain: the caller knows how much there should be
		}
		x.add(f.data+(c-2)*f.cluster, f.cluster)
		var err error
		if c, err = f.next(c); err != nil {
			return nil, err
		}
	}
	return io.NewSectionReader(x, 0, min(size, x.size())), nil
}

// next is the cluster behind c of a chain.
func (f *fatReader) next(c int64) (int64, error) {
	const page = 4096
	width := int64(2)
	if f.wide {
		width = 4
	}
	at := f.table + c*width
	if f.pageAt != at/page {
		n := min(page, f.r.Size()-at/page*page)
		b, err := readAt(f.r, at/page*page, int(max(n, 0)))
		if err != nil {
			return 0, err
		}
		f.page, f.pageAt = b, at/page
	}
	b := f.page[min(at%page, int64(len(f.page))):]
	if int64(len(b)) < width {
		return 0, damaged("its FAT is behind its end")
	}
	if f.wide {
		return int64(binary.LittleEndian.Uint32(b) & 0x0fffffff), nil
	}
	return int64(binary.LittleEndian.Uint16(b)), nil
}
