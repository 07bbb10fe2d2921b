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

const (
	socketConfig = "SOCKET" // what families share
	// familiesLine stands for the line of a setting that leaveFamilies makes.
	familiesLine = "families of the image's sockets"
)

// leaveFamilies leaves families out that no socket of the image is of, for the linker not to read them, unless a line
// or the profile asks for them or for what needs them. What they share stays: it costs nothing, and a module that is
// added later finds it.
func (p *Plan) leaveFamilies() error {
	kit, err := p.openKit()
	if err != nil {
		return err
	}
	profile, err := kit.Profile(p.Manifest.Kernel.Profile)
	if err != nil {
		return err
	}
	now, err := kit.Resolve(profile, p.drivers)
	if err != nil {
		return err
	}
	named := func(config string) bool {
		return slices.ContainsFunc(p.drivers, func(l linker.Setting) bool { return l.Config == config })
	}
	set := func(config string, v byte) {
		with := append([]linker.Setting{{Config: config, Value: v, Where: familiesLine}}, p.drivers...)
		if _, err := kit.Resolve(profile, with); err == nil {
			p.drivers = with
		}
	}
	if now.Value(socketConfig) != 'n' && !named(socketConfig) {
		set(socketConfig, now.Value(socketConfig))
	}
	for _, s := range socketFamilies {
		if now.Value(s.config) != 'n' && !named(s.config) && p.makesSockets(s.families...) == "" {
			set(s.config, 'n')
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
