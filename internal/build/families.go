package build

import (
	"slices"

	"uk.example/linker"
	"uk.example/symbols"
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

// groupsPart is the part of Internet sockets that is about groups of datagrams (kernel/net/inet/groups.c). The module has it anyway.
const groupsPart = "inet_groups_file"

// chooseGroups finds out whether the kernel needs groupsPart: the program may ask for it.
func (p *Plan) chooseGroups(now *linker.Resolution) {
	asks := slices.Contains(p.richCalls, "setsockopt") || slices.ContainsFunc(p.Symbols.Files, func(f symbols.File) bool { return f.Groups })
	p.groups = asks && now.Value("INET") == 'y'
}
