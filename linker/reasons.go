package linker

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk/internal/bounded"
	"uk/internal/lazyregexp"
)

// reason is what keeps a section.
type reason struct {
	kind string // one of the Keep constants; empty: not known yet
	name string // of the option, for those that an option asked for; or of the symbol referred to
	from int    // index of the section that refers to it, or -1
	text string
	// Indices of the sections that it refers to, each once; optional are those that
	// it would do without, with a weak definition, were they not linked.
	uses, optional []int
	defaults       []WeakSection
}

// reasons says for each kept section what keeps it: the option that asked for
// a symbol in it, or the section that refers to it on a shortest path from
// such an option, and lists all that was asked for. Entry is the virtual address
// at which the ELF header has the kernel start. It walks the references the way the linker's garbage
// collection does, breadth first.
func (l *link) reasons(kept []keptSection, entry uint64) ([]reason, []Root, error) {
	always, err := l.alwaysKept()
	if err != nil {
		return nil, nil, err
	}
	objects, err := l.readObjects(kept)
	if err != nil {
		return nil, nil, err
	}
	type place struct {
		obj *object
		sec string
	}
	l.nowhere, l.draws = map[string][]int{}, map[string][]int{}
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
	weak := map[string][]string{} // files that define it weakly, though nothing of that may be kept
	for file, o := range objects {
		for _, s := range o.symbols {
			if s.global && s.weak && s.section != 0 {
				weak[s.name] = append(weak[s.name], file)
			}
		}
	}
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
	for file, o := range objects {
		for _, s := range o.symbols {
			// Where a weak definition is at hand, no object file is looked for.
			if d, ok := defs[s.name]; ok && s.global && s.section == 0 && !s.weak && kept[d.at].file() != file && weak[s.name] == nil {
				l.draws[file] = append(l.draws[file], d.at)
			}
		}
	}
	why := make([]reason, len(kept))
	var queue []int
	mark := func(i int, r reason) {
		if why[i].kind == "" {
			why[i] = r
			queue = append(queue, i)
		}
	}
	uses, optional := make([][]int, len(kept)), make([][]int, len(kept))
	defaults := make([][]WeakSection, len(kept))
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
					why := reason{kind: KeepReference, name: s.name, from: at, text: "used by " + from.file() + " " + from.section}
					if s.name != "" {
						why.text = s.name + " " + why.text
					}
					// A global name means its definition, even if this object has
					// a weak one of its own.
					d, ok := defs[s.name]
					to := d.at
					if !ok || !s.global {
						if s.section == 0 {
							l.nowhere[s.name] = append(l.nowhere[s.name], at)
							continue
						}
						if to, ok = index[place{o, o.sections[s.section]}]; !ok {
							continue
						}
					}
					other := func(file string) bool { return file != kept[to].file() }
					if s.global && !d.weak && slices.ContainsFunc(weak[s.name], other) {
						optional[at] = append(optional[at], to)
						defaults[at] = append(defaults[at], l.defaults(o, s, to, weak[s.name], objects, func(o *object, section string) bool {
							_, kept := index[place{o, section}]
							return kept
						})...)
					} else {
						uses[at] = append(uses[at], to)
					}
					mark(to, why)
				}
			}
		}
	}
	roots := []Root{}
	if d, ok := defs["_start"]; ok {
		roots = append(roots, Root{Kind: KeepEntry, Name: "_start", ID: d.at + 1})
		mark(d.at, reason{kind: KeepEntry, name: "_start", from: -1, text: "entry point"})
	}
	// A loader that goes by the ELF header may have an entry of its own.
	for i, k := range kept {
		if entry >= k.addr && entry-k.addr < uint64(k.size) && (len(roots) == 0 || roots[0].ID != i+1) {
			roots = append(roots, Root{Kind: KeepEntry, Name: "the ELF header's entry", ID: i + 1})
			mark(i, reason{kind: KeepEntry, name: "the ELF header's entry", from: -1, text: "entry point"})
		}
	}
	// Modules last: what anything else needs too is not there for them.
	for _, module := range []bool{false, true} {
		for _, r := range l.roots {
			if d, ok := defs[r.symbol]; ok && (r.kind == KeepModule) == module {
				asked := Root{Kind: r.kind, Name: r.name, ID: d.at + 1}
				if r.symbol != r.name {
					asked.Symbol = r.symbol
				}
				roots = append(roots, asked)
				mark(d.at, reason{kind: r.kind, name: r.name, from: -1, text: r.why})
			}
		}
		if !module {
			walk()
		}
	}
	for i, k := range kept {
		if strings.HasPrefix(k.file(), kitArchives[0]+"(") && always(k.section) {
			roots = append(roots, Root{Kind: KeepAlways, Name: k.section, ID: i + 1})
			mark(i, reason{kind: KeepAlways, name: k.section, from: -1, text: "every kernel has it"})
		}
		if k.archive == "" {
			why[i] = reason{kind: KeepLinker, name: "", from: -1, text: "made by the linker"}
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
				mark(i, reason{kind: KeepObject, name: "", from: from, text: along})
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
				mark(i, reason{kind: KeepUnneeded, name: "", from: -1, text: along})
				walk()
			}
		}
	}
	for i := range uses {
		slices.Sort(uses[i])
		slices.Sort(optional[i])
		why[i].uses, why[i].optional = slices.Compact(uses[i]), slices.Compact(optional[i])
		slices.SortFunc(defaults[i], func(a, b WeakSection) int { return cmp.Or(cmp.Compare(a.To, b.To), strings.Compare(a.Of, b.Of)) })
		why[i].defaults = slices.Compact(defaults[i])
	}
	return why, roots, nil
}

var keepPattern = lazyregexp.New(`KEEP\(\*\((?:SORT[A-Z_]*\()?([^()]*)\)`)

// alwaysKept returns what tells whether the kit's linker script has KEEP() for a
// section's name.
func (l *link) alwaysKept() (func(section string) bool, error) {
	text, err := bounded.ReadFile(filepath.Join(l.opt.Kit.Dir, kitScript), MaxKitFile)
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
// something of, and those that every link takes.
func (l *link) readObjects(kept []keptSection) (map[string]*object, error) {
	want := map[string]bool{}
	archives := map[string]bool{kitArchives[0]: true}
	for _, k := range kept {
		want[k.file()] = true
		archive, _, _ := strings.Cut(k.file(), "(")
		archives[archive] = true
	}
	objects := map[string]*object{}
	for _, a := range l.files.archiveNames() {
		if !archives[a] {
			continue // the largest, libgcc.a, is hardly ever of use
		}
		members, err := l.files.members(a)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			name := a + "(" + m.Name + ")"
			if !want[name] && a != kitArchives[0] || objects[name] != nil {
				continue
			}
			if objects[name], err = l.files.object(a, m); err != nil {
				return nil, err
			}
		}
	}
	return objects, nil
}

// defaults lists what takes the place of section to if its object file is not linked: the weak definition
// of s in the object o itself or else in one of files, and what that alone refers to there.
func (l *link) defaults(o *object, s objSymbol, to int, files []string, objects map[string]*object, kept func(*object, string) bool) []WeakSection {
	section := 0
	if s.weak {
		section = s.section
	}
	for _, file := range files {
		if section != 0 {
			break
		}
		o = objects[file]
		for _, t := range o.symbols {
			if t.name == s.name && t.weak && t.section != 0 {
				section = t.section
			}
		}
	}
	var out []WeakSection
	seen := map[int]bool{}
	var add func(section int)
	add = func(section int) {
		if section == 0 || seen[section] || kept(o, o.sections[section]) {
			return
		}
		seen[section] = true
		out = append(out, WeakSection{to + 1, o.file + " " + o.sections[section], o.sizes[section]})
		for _, r := range o.refs[section] {
			if t := o.symbols[r]; !t.global {
				add(t.section)
			}
		}
	}
	add(section)
	return out
}
