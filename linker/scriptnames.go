package linker

import (
	"debug/elf"
	"path/filepath"
	"slices"
	"strconv"

	"uk/internal/bounded"
	"uk/internal/lazyregexp"
)

// ScriptName is an address that the linker script gives a name, such as the end of a table.
type ScriptName struct {
	Name  string `json:"name"`
	Addr  string `json:"addr"`  // hexadecimal
	Users []int  `json:"users"` // IDs of the sections that refer to it
}

var scriptAssignment = lazyregexp.New(`(?m)(?:^|[\s(])([A-Za-z_]\w*)\s*=[^=]`)

// scriptNames lists the names of the kit's linker script that the kernel has; users are indices
// of kept sections by the names that they refer to and no object file defines.
func (l *link) scriptNames(f *elf.File, users map[string][]int) ([]ScriptName, error) {
	text, err := bounded.ReadFile(filepath.Join(l.opt.Kit.Dir, kitScript), MaxKitFile)
	if err != nil {
		return nil, err
	}
	given := map[string]bool{}
	for _, m := range scriptAssignment.FindAllSubmatch(text, -1) {
		given[string(m[1])] = true
	}
	symbols, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	out := []ScriptName{}
	for _, s := range symbols {
		if !given[s.Name] || s.Section == elf.SHN_UNDEF {
			continue
		}
		given[s.Name] = false // once
		n := ScriptName{s.Name, strconv.FormatUint(s.Value, 16), []int{}}
		for _, at := range users[s.Name] {
			n.Users = append(n.Users, at+1)
		}
		slices.Sort(n.Users)
		n.Users = slices.Compact(n.Users)
		out = append(out, n)
	}
	return out, nil
}
