package diskimage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"github.com/diskfs/go-diskfs/filesystem/fat12"
	"github.com/diskfs/go-diskfs/filesystem/fat16"
	"github.com/diskfs/go-diskfs/filesystem/fat32"
)

// BootPath is where firmware looks for a program on a disk that it was not told
// about (UEFI 2.10, 3.5.1.1).
const BootPath = "EFI/BOOT/BOOTX64.EFI"

const (
	megabyte = 1 << 20
	// espSpare is left free, so that a signature fits in later.
	espSpare = 128 << 10
	// FAT32 begins at 65,525 clusters, FAT16 at 4,085 (UEFI 2.10, 13.3.1.1).
	minFAT32 = 36 * megabyte
	minFAT16 = 5 * megabyte

	// 1 January 1980, where FAT's dates begin.
	fatDate = 0x21
)

// espSize is the size of an EFI system partition for a program of n bytes.
func espSize(n int64, fat int) int64 {
	n += espSpare + n/100 // tables
	if fat == 32 {
		return max(alignUp(n+megabyte, megabyte), minFAT32)
	}
	return max(alignUp(n+megabyte, megabyte), minFAT16)
}

// makeESP makes the file system of an EFI system partition, FAT32 for disks and
// FAT16 for removable media, with p as its only file.
func makeESP(p *program, fat int, serial uint32) (*disk, error) {
	size := espSize(p.size, fat)
	s := newStore(size)
	var fsys *fat12.FileSystem
	if fat == 32 {
		f, err := fat32.Create(s, size, 0, sector, "UK", true)
		if err != nil {
			return nil, err
		}
		fsys = f.FileSystem
	} else {
		f, err := fat16.Create(s, size, 0, sector, "UK", true)
		if err != nil {
			return nil, err
		}
		fsys = f.FileSystem
	}
	if err := fsys.Mkdir("/EFI/BOOT"); err != nil {
		return nil, err
	}
	file, err := fsys.OpenFile("/"+BootPath, os.O_CREATE|os.O_RDWR)
	if err != nil {
		return nil, err
	}
	// One byte at the end makes the file as long as it is to be. Its clusters
	// follow each other, as nothing else is there.
	if _, err := file.Seek(p.size-1, 0); err != nil {
		return nil, err
	}
	if _, err := file.Write([]byte{0}); err != nil {
		return nil, err
	}
	clusters, ok := file.(*fat12.File)
	if !ok {
		return nil, errors.New("internal error: the FAT file does not tell its place")
	}
	at, err := clusters.GetDiskRanges()
	if err != nil {
		return nil, err
	}
	if len(at) != 1 || int64(at[0].Length) < p.size {
		return nil, fmt.Errorf("internal error: the program is in %d parts of its file system", len(at))
	}

	// Nothing may depend on the time of day.
	le := binary.LittleEndian
	dirs := int64(fsys.DataStart())
	var id [4]byte
	le.PutUint32(id[:], serial)
	if fat == 32 {
		for _, boot := range []int64{0, 6 * sector} { // and its copy
			if _, err := s.WriteAt(id[:], boot+67); err != nil {
				return nil, err
			}
		}
	} else {
		dirs -= 512 * 32 // the root folder, of fixed size
		if _, err := s.WriteAt(id[:], 39); err != nil {
			return nil, err
		}
		// go-diskfs takes cluster 2 for the root folder, as in FAT32, where FAT16
		// has none: it is free.
		var boot [24]byte
		if _, err := s.ReadAt(boot[:], 0); err != nil {
			return nil, err
		}
		for i := range int64(2) {
			table := (int64(le.Uint16(boot[14:])) + i*int64(le.Uint16(boot[22:]))) * sector
			if _, err := s.WriteAt([]byte{0, 0}, table+2*2); err != nil {
				return nil, err
			}
		}
	}
	var e [32]byte
	for _, page := range s.pageOffsets() {
		for off := max(page, dirs); off < page+storePage; off += 32 {
			if _, err := s.ReadAt(e[:], off); err != nil {
				return nil, err
			}
			if e[0] == 0 || e[11] == 0x0f { // none, or a part of a long name
				continue
			}
			e[13] = 0
			for i, v := range []uint16{0, fatDate, fatDate} { // made, used
				le.PutUint16(e[14+2*i:], v)
			}
			le.PutUint16(e[22:], 0)
			le.PutUint16(e[24:], fatDate)
			// The root folder has number 0 there, also where it has clusters.
			if string(e[:11]) == "..         " && le.Uint16(e[26:]) == 2 && le.Uint16(e[20:]) == 0 {
				le.PutUint16(e[26:], 0)
			}
			if _, err := s.WriteAt(e[:], off); err != nil {
				return nil, err
			}
		}
	}

	d := &disk{size: size}
	s.addTo(d, 0, "EFI system partition")
	d.put(int64(at[0].Offset), &p.disk)
	return d, nil
}
