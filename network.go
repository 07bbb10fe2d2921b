package uk

import (
	"errors"
	"fmt"
	"slices"

	"uk/linker"
	"uk/symbols"
)

// makesSockets returns what in the image may make sockets of one of these families, or "".
func (p *Plan) makesSockets(families ...int) string {
	families = append(families, symbols.AnyFamily)
	for i := range p.Symbols.Files {
		f := &p.Symbols.Files[i]
		if slices.ContainsFunc(f.Families, func(n int) bool { return slices.Contains(families, n) }) {
			return f.Guest
		}
	}
	if p.Syscalls.All || slices.Contains(p.Syscalls.Names, "socket") || slices.Contains(p.Syscalls.Names, "socketpair") {
		return "system call socket"
	}
	return ""
}

// socketFamilies are the parts of the kernel that are for sockets of some families alone.
var socketFamilies = []struct {
	config   string
	families []int
}{
	{"AF_UNIX", []int{symbols.FamilyUnix}},
	{"INET", []int{symbols.FamilyInet, symbols.FamilyInet6, symbols.FamilyNetlink}},
	{"NETLINK", []int{symbols.FamilyNetlink}},
}

// socketConfig is what families share. It costs nothing, and a module that is added later finds it.
const socketConfig = "SOCKET"

// familySettings leave families out that no socket of the image is of, for the linker not to read them.
func (p *Plan) familySettings(now *linker.Resolution) []linker.Setting {
	const line = "families of the image's sockets"
	out := []linker.Setting{{Config: socketConfig, Value: now.Value(socketConfig), Where: line}}
	for _, s := range socketFamilies {
		if p.makesSockets(s.families...) == "" {
			out = append(out, linker.Setting{Config: s.config, Value: 'n', Where: line})
		}
	}
	return out
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
	if n := opt.Network; !has && len(n.Publish)+len(n.Allow)+len(n.Deny)+len(n.Resolvers) == 0 && !n.PublishAll {
		opt.Network = nil // --net host, which is no more than the default
		return nil
	}
	if !has {
		return fmt.Errorf("nothing in this image makes sockets of the network: there is nothing to publish, allow or deny (--drivers +%s brings the driver in any case)", driverNetwork)
	}
	return errors.New("QEMU's guests have no sockets of this machine: use the built-in runner to publish, allow or deny, or --net user, a network card")
}
