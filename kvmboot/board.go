package kvmboot

import (
	"io"

	"uk.example/kvmboot/boot"
)

// board is what one machine has otherwise than another: where its devices are, which parts of a PC
// it has, how a kernel is entered and how the guest tells its end. All else is the same for each.
type board struct {
	base, size uint64 // of the devices' register blocks, one behind the other
	irq        uint32 // of the first device; the others follow
	devices    int    // how many there can be; 0: as many as a configuration can name

	strict   bool // a device's status bits are set in their order only
	own      bool // has the ports and registers of this runner's own: status, exit, announced memory, lists
	lazy     bool // RAM behind the first GB is given to KVM when the guest announces that it will use it
	clock    bool // the guest is told the rate of its time stamp counter
	i8042    bool // a reset through the keyboard controller ends the machine
	parse    func(path string, f io.ReaderAt, size int64) (*boot.Kernel, error)
	chips    func(*machine) error               // makes the interrupt controllers
	populate func(*machine) error               // makes the devices
	load     func(*machine, *boot.Kernel) error // fills guest memory and creates the processors
}

// ownBoard is the one of this package. It is filled in here because what makes a machine asks for it.
var ownBoard board

func init() {
	ownBoard = board{
		base: mmioBase, size: mmioSize, irq: mmioIRQBase,
		own: true, lazy: true, clock: true,
		parse: boot.ParseKernel, chips: (*machine).splitIRQChip, populate: (*machine).addOwnDevices, load: (*machine).loadPVH,
	}
}

// board is the configuration's.
func (m *machine) board() *board { return m.cfg.ofBoard() }

func (cfg *Config) ofBoard() *board {
	if cfg.board == nil {
		return &ownBoard
	}
	return cfg.board
}
