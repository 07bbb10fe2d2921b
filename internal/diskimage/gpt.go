package diskimage

import (
	"crypto/sha256"
	"fmt"

	"github.com/diskfs/go-diskfs/partition/gpt"
)

// RootType is the partition type of a root file system in rofs format.
const RootType = "6F2C1A5E-7B0D-4C2B-9A52-3D1C8E0F7A64"

const (
	partAlign = megabyte
	// gptTail is the copy of the partition table at the disk's end, in bytes.
	gptTail = 33 * sector
)

// guid derives a GUID from the contents' hash, for one purpose of several:
// version 8 of RFC 9562.
func guid(contents [32]byte, purpose string) string {
	b := sha256.Sum256(append(contents[:], purpose...))
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%X-%X-%X-%X-%X", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// partition is a partition that a disk is to have, in bytes.
type partition struct {
	name, typ string
	contents  *disk
}

// makeGPT lays partitions out, each at a megabyte.
func makeGPT(id [32]byte, parts []partition) (*disk, error) {
	d := &disk{}
	t := &gpt.Table{LogicalSectorSize: sector, PhysicalSectorSize: sector, ProtectiveMBR: true, GUID: guid(id, "disk")}
	at := int64(partAlign)
	for i, p := range parts {
		n := alignUp(p.contents.size, sector)
		t.Partitions = append(t.Partitions, &gpt.Partition{
			Index: i + 1, Start: uint64(at / sector), End: uint64((at+n)/sector - 1), Size: uint64(n),
			Type: gpt.Type(p.typ), Name: p.name, GUID: guid(id, p.name),
		})
		d.put(at, p.contents)
		at = alignUp(at+n, partAlign)
	}
	d.size = alignUp(at+gptTail, megabyte)
	s := newStore(d.size)
	if err := t.Write(s, d.size); err != nil {
		return nil, err
	}
	s.addTo(d, 0, "partition table")
	return d, nil
}
