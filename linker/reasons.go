package linker

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// reason is what keeps a section.
type reason struct {
	kind string // one of the Keep constants; empty: not known yet
	name string // of the option, for those that an option asked for; or of the symbol referred to
	from int    // index of the section that refers to it, or -1
	text string
}

// reasons says for each kept section what keeps it: the option that asked for
// a symbol in it, or the section that refers to it on a shortest path from
// such an option. It walks the references the way the linker's garbage
// collection does, breadth first.
func (l *link) reasons(kept []keptSection) ([]reason, error) {
	always, err := l.alwaysKept()
	if err != nil {
		return nil, err
	}
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
		at    int
		weak  bool
		value uint64
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
				defs[s.name] = def{at, s.weak, s.value}
			}
		}
	}
	l.address = func(symbol string) (uint64, bool) {
		d, ok := defs[symbol]
		if !ok {
			return 0, false
		}
		return kept[d.at].addr + d.value, true
	}
	why := make([]reason, len(kept))
	var queue []int
	mark := func(i int, r reason) {
		if why[i].kind == "" {
			why[i] = r
			queue = append(queue, i)
		}
	}
	walk := func() {
		for ; len(queue) > 0; queue = queue[1:] {
			at := queue[0]
			from := kept[at]
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
					why := reason{KeepReference, s.name, at, "used by " + from.file() + " " + from.section}
					if s.name != "" {
						why.text = s.name + " " + why.text
					}
					// A global name means its definition, even if this object has
					// a weak one of its own.
					if d, ok := defs[s.name]; ok && s.global {
						mark(d.at, why)
					} else if i, ok := index[place{o, o.sections[s.section]}]; ok && s.section != 0 {
						mark(i, why)
					}
				}
			}
		}
	}
	if d, ok := defs["_start"]; ok {
		mark(d.at, reason{KeepEntry, "_start", -1, "entry point"})
	}
	for _, r := range l.roots {
		if d, ok := defs[r.symbol]; ok {
			mark(d.at, reason{r.kind, r.name, -1, r.why})
		}
	}
	for i, k := range kept {
		if k.archive == "" {
			why[i] = reason{KeepLinker, "", -1, "made by the linker"}
		}
	}
	walk()
	// What the script keeps along with an object file that is needed for another
	// reason. That may make further objects needed.
	const along = "kept by kernel.ld: its object file is linked"
	for again := true; again; {
		again = false
		needed := map[*object]int{} // to the first section of it that is needed
		for i, k := range kept {
			if o := objects[k.file()]; o != nil && why[i].kind != "" && why[i].kind != KeepLinker {
				if _, ok := needed[o]; !ok {
					needed[o] = i
				}
			}
		}
		for i, k := range kept {
			if from, ok := needed[objects[k.file()]]; ok && why[i].kind == "" && always(k.section) {
				mark(i, reason{KeepObject, "", from, along})
				again = true
			}
		}
		walk()
	}
	// What is left, nothing asked for: its object file was drawn into the link by
	// a reference from what was dropped again. Code last, since it hangs on tables.
	for _, code := range []bool{false, true} {
		for i, k := range kept {
			if why[i].kind == "" && (code || k.out != ".text") {
				mark(i, reason{KeepUnneeded, "", -1, along})
				walk()
			}
		}
	}
	return why, nil
}

var keepPattern = regexp.MustCompile(`KEEP\(\*\((?:SORT[A-Z_]*\()?([^()]*)\)`)

// alwaysKept returns what tells whether the kit's linker script has KEEP() for a
// section's name.
func (l *link) alwaysKept() (func(section string) bool, error) {
	text, err := os.ReadFile(filepath.Join(l.opt.Kit.Dir, kitScript))
	if err != nil {
		return nil, err
	}
	var patterns []string
	for _, m := range keepPattern.FindAllStringSubmatch(string(text), -1) {
		patterns = append(patterns, strings.Fields(m[1])...)
	}
	return func(section string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool {
			ok, err := path.Match(p, section)
			return ok && err == nil
		})
	}, nil
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
