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

// leaveFamilies leaves families out that no socket of the image is of, unless a line or the profile asks for them or
// for what needs them.
func (p *Plan) leaveFamilies() error {
	if p.makesSockets(symbols.FamilyUnix, symbols.FamilyInet, symbols.FamilyInet6, symbols.FamilyNetlink, symbols.FamilyVsock) == "" {
		return nil // nor anything else of them
	}
	kit, err := p.openKit()
	if err != nil {
		return err
	}
	profile, err := kit.Profile(p.Manifest.Kernel.Profile)
	if err != nil {
		return err
	}
	for _, s := range socketFamilies {
		named := slices.ContainsFunc(p.drivers, func(l linker.Setting) bool { return l.Config == s.config })
		if !named && p.makesSockets(s.families...) == "" {
			without := append([]linker.Setting{{Config: s.config, Value: 'n', Where: "families of the image's sockets"}}, p.drivers...)
			if _, err := kit.Resolve(profile, without); err == nil {
				p.drivers = without
			}
		}
	}
	return nil
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
