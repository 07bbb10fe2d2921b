package diskimage

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/diskfs/go-diskfs/filesystem/iso9660"

	"uk.example/internal/outfile"
)

const (
	isoBlock = 2048
	// isoSpare is more than the ISO structures take.
	isoSpare = megabyte
	isoBoot  = "ESP.IMG"

	isoPVD       = 16 * isoBlock // primary volume descriptor (ECMA-119, 8.4)
	isoVolume    = isoPVD + 80   // number of blocks, in both byte orders
	isoDates     = isoPVD + 813  // four, of 17 bytes
	isoBootEntry = 17*isoBlock + 0x47
)

// makeISO makes a CD that holds esp as the El Torito image of its only boot
// entry (UEFI 2.10, 13.3.2.1). go-diskfs is given a file of the right size and
// no contents (a hole, in the folder for temporary files); the contents go to the place where it put that.
func makeISO(esp *disk) (*disk, error) {
	made, err := outfile.MakeDir(os.TempDir(), "uk-iso-", 0o700)
	if err != nil {
		return nil, err
	}
	defer made.Remove()
	work := made.Name
	name := filepath.Join(work, isoBoot)
	if err := os.WriteFile(name, nil, 0o666); err != nil {
		return nil, err
	}
	if err := os.Truncate(name, esp.size); err != nil {
		return nil, err
	}
	fixed := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, n := range []string{name, work} {
		if err := os.Chtimes(n, fixed, fixed); err != nil {
			return nil, err
		}
	}

	s := newStore(esp.size + isoSpare)
	fsys, err := iso9660.Create(s, s.size, 0, isoBlock, work)
	if err != nil {
		return nil, err
	}
	err = fsys.Finalize(iso9660.FinalizeOptions{
		VolumeIdentifier: "UK",
		ElTorito: &iso9660.ElTorito{
			HideBootCatalog: true,
			Entries:         []*iso9660.ElToritoEntry{{Platform: iso9660.EFI, Emulation: iso9660.NoEmulation, BootFile: isoBoot}},
		},
	})
	if err != nil {
		return nil, err
	}

	// Dates are "not specified": zeros in digits, and no time zone.
	date := append([]byte("0000000000000000"), 0)
	for i := range int64(4) {
		if _, err := s.WriteAt(date, isoDates+i*17); err != nil {
			return nil, err
		}
	}
	le := binary.LittleEndian
	var b [4]byte
	if _, err := s.ReadAt(b[:], isoVolume); err != nil {
		return nil, err
	}
	d := &disk{size: int64(le.Uint32(b[:])) * isoBlock}
	if _, err := s.ReadAt(b[:], isoBootEntry); err != nil {
		return nil, err
	}
	// The catalog's second record is the boot entry; its place is at byte 8.
	if _, err := s.ReadAt(b[:], int64(le.Uint32(b[:]))*isoBlock+32+8); err != nil {
		return nil, err
	}
	at := int64(le.Uint32(b[:])) * isoBlock
	if at < 20*isoBlock || d.size > s.size || at+esp.size > d.size {
		return nil, errors.New("internal error: the ISO's boot image is misplaced")
	}
	s.addTo(d, 0, "ISO structures")
	d.put(at, esp)
	return d, nil
}
