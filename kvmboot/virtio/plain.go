package virtio

import (
	"os"

	"uk.example/kvmboot/guestmem"
)

// plainBlock is a disk with no feature but the necessary, a configuration space that ends
// behind the size, and requests of one buffer, as Firecracker has it (src/vmm/src/devices/
// virtio/block/virtio).
type plainBlock struct {
	*BlockDevice
	writeback bool
}

// NewPlainBlock makes a disk of the whole sectors of a file. With writeback a driver can ask for what it wrote to
// be on the disk.
func NewPlainBlock(f *os.File, size int64, readOnly bool, name string, writeback bool) Device {
	b := NewBlock(f, size&^(sectorSize-1), readOnly, name, 1)
	b.oneBuffer = true
	return &plainBlock{b, writeback}
}

func (d *plainBlock) features() (f uint64) {
	if d.readOnly {
		f |= blkFeatRO
	}
	if d.writeback {
		f |= blkFeatFlush
	}
	return f
}

func (d *plainBlock) config() []byte { return d.conf[:8] }

// BalloonFeatures are those that a balloon offers if it does not offer all.
type BalloonFeatures struct{ DeflateOnOOM, Stats, Reporting bool }

// chosenBalloon is a balloon with them. Where memory is reported, statistics are offered as
// well: the numbers of queues depend on it.
type chosenBalloon struct {
	*BalloonDevice
	want *BalloonFeatures
}

func (d *chosenBalloon) features() (f uint64) {
	if d.want.DeflateOnOOM {
		f |= balloonFeatDeflateOnOOM
	}
	if d.want.Stats || d.want.Reporting {
		f |= balloonFeatStats
	}
	if d.want.Reporting {
		f |= balloonFeatReporting
	}
	return f
}

// NewBalloon makes the device of b. features: what it offers; nil: all.
func NewBalloon(b *Balloon, mem *guestmem.Memory, features *BalloonFeatures) (Device, *BalloonDevice) {
	d := &BalloonDevice{b: b, mem: mem}
	if features == nil {
		return d, d
	}
	return &chosenBalloon{d, features}, d
}

// Start lets the caller's requests reach the guest, whose machine has so much memory.
func (d *BalloonDevice) Start(t *Transport, memory int64) error {
	return d.b.Attach(memory, t.configChanged, t.guarded(func() { d.askFor(t) }))
}
