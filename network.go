package uk

import (
	"errors"
	"fmt"
	"slices"
)

// makesSockets returns what in the image may make sockets of the network, or "".
func (p *Plan) makesSockets() string {
	for i := range p.Symbols.Files {
		if f := &p.Symbols.Files[i]; slices.Contains(f.Symbols, "socket") || slices.Contains(f.Constants, "socket") {
			return f.Guest
		}
	}
	if p.Syscalls.All || slices.Contains(p.Syscalls.Names, "socket") {
		return "system call socket"
	}
	return ""
}

// chooseNetwork takes the network out of a run whose machine or kernel has none, unless it is wanted.
func (im *Image) chooseNetwork(opt *RunOptions, qemu bool) error {
	if opt.Network == nil {
		return nil
	}
	has := im.hasDriver(driverNetwork)
	if has && !qemu {
		return nil
	}
	if !opt.Network.Wanted {
		opt.Network = nil
		return nil
	}
	if !has {
		return fmt.Errorf("nothing in this image makes sockets of the network: there is nothing to publish, allow or deny (--drivers +%s brings the driver in any case)", driverNetwork)
	}
	return errors.New("QEMU's guests have no sockets of this machine: use the built-in runner to publish, allow or deny")
}
