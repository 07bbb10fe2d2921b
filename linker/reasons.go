package linker

import (
	"os"
	"path/filepath"
)

// reasons says for each kept section what keeps it: the option that asked for
// a symbol in it, or the section that refers to it on a shortest path from
// such an option. It walks the references the way the linker's garbage
// collection does, breadth first.
func (l *link) reasons(kept []keptSection) ([]string, error) {
	objects, err := l.readObjects(kept)
	if err != nil {
		return nil, err
	}
	type place struct {
		obj *object
		sec string
	}
	index := map[place]int{} // place → kept
	for i, k := range kept {
		if o := objects[k.file()]; o != nil {
			if _, dup := index[place{o, k.section}]; !dup {
				index[place{o, k.section}] = i
			}
		}
	}
	// Global definitions among the linked objects. Archive members come in the
	// kit's order; a strong definition goes before a weak one.
	type def struct {
		at   int
		weak bool
	}
	defs := map[string]def{}
	seen := map[*object]bool{}
	for _, k := range kept {
		o := objects[k.file()]
		if o == nil || seen[o] {
			continue
		}
		seen[o] = true
		for _, s := range o.symbols {
			if !s.global || s.section == 0 {
				continue
			}
			at, ok := index[place{o, o.sections[s.section]}]
			if old, have := defs[s.name]; ok && (!have || old.weak && !s.weak) {
				defs[s.name] = def{at, s.weak}
			}
		}
	}
	why := make([]string, len(kept))
	var queue []int
	mark := func(i int, reason string) {
		if why[i] == "" {
			why[i] = reason
			queue = append(queue, i)
		}
	}
	walk := func() {
		for ; len(queue) > 0; queue = queue[1:] {
			from := kept[queue[0]]
			o := objects[from.file()]
			if o == nil {
				continue
			}
			for sec, refs := range o.refs {
				if o.sections[sec] != from.section {
					continue
				}
				for _, r := range refs {
					s := o.symbols[r]
					reason := "used by " + from.file() + " " + from.section
					if s.name != "" {
						reason = s.name + " " + reason
					}
					// A global name means its definition, even if this object has
					// a weak one of its own.
					if d, ok := defs[s.name]; ok && s.global {
						mark(d.at, reason)
					} else if i, ok := index[place{o, o.sections[s.section]}]; ok && s.section != 0 {
						mark(i, reason)
					}
				}
			}
		}
	}
	if d, ok := defs["_start"]; ok {
		mark(d.at, "entry point")
	}
	for _, r := range l.roots {
		if d, ok := defs[r.symbol]; ok {
			mark(d.at, r.why)
		}
	}
	walk()
	// What is left was kept by KEEP() in the linker script: gathered entries and
	// the monitor first, since code that is left hangs on them.
	for _, code := range []bool{false, true} {
		for i, k := range kept {
			switch {
			case why[i] != "" || !code && k.out == ".text":
			case k.archive == "":
				why[i] = "made by the linker"
			default:
				mark(i, "kept by kernel.ld: its object file is linked")
				walk()
			}
		}
	}
	return why, nil
}

// readObjects parses the members of the kit's archives that the link kept
// something of.
func (l *link) readObjects(kept []keptSection) (map[string]*object, error) {
	want := map[string]bool{}
	for _, k := range kept {
		want[k.file()] = true
	}
	objects := map[string]*object{}
	for _, a := range kitArchives {
		file := filepath.Join(l.opt.Kit.Dir, a)
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		members, err := ReadArchive(file, data)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			name := a + "(" + m.Name + ")"
			if !want[name] || objects[name] != nil {
				continue
			}
			if objects[name], err = parseObject(name, m.Data); err != nil {
				return nil, err
			}
		}
	}
	return objects, nil
}
