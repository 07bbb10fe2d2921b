package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"uk.example/linker"
)

// Needs say what the files of an image ask of the kernel; each function may be nil
// where there is no image.
type Needs struct {
	Symbols map[string][]string // exported name → files that import it
	Calls   map[string][]string // system call → files that make it
	Parts   map[string][]string // part of the kernel, as exec_dynamic → files that want it
	Drivers map[string]string   // driver → the line of the profile, or what else selects it
}

// Chain says why one section is in the kernel.
type Chain struct {
	Name      string `json:"name"` // what was looked for: the function, section, member or driver
	File      string `json:"file"` // "libc.a(stdio-printf.o)"
	Section   string `json:"section"`
	Subsystem string `json:"subsystem"`
	Addr      string `json:"address"` // hexadecimal
	Size      int64  `json:"size"`    // bytes of the section
	Cause     Cause  `json:"cause"`
	Steps     []Step `json:"steps"` // from the first section that Cause keeps down to this one
	// Alone is what the kernel has less without the exported symbol Name; nil if it is none.
	Alone *Saving `json:"alone,omitempty"`
}

// Cause is where a chain begins.
type Cause struct {
	Kind string   `json:"kind"`           // one of the linker's Keep constants
	Name string   `json:"name,omitempty"` // of the exported symbol, driver, system call or part
	By   []string `json:"by,omitempty"`   // files of the image that ask for it, or the profile's line
}

// Step is one section of a chain and the name by which the one before it, or the
// cause, refers to it.
type Step struct {
	As      string `json:"as,omitempty"`
	File    string `json:"file"`
	Section string `json:"section"`
	Along   bool   `json:"along,omitempty"` // not referred to: the layout keeps it with the one before
}

// String tells the cause in words.
func (c Cause) String() string {
	by := func(word, otherwise string) string {
		switch n := len(c.By); n {
		case 0:
			return otherwise
		case 1:
			return word + c.By[0]
		default:
			return fmt.Sprintf("%s%s and %d more", word, c.By[0], n-1)
		}
	}
	switch c.Kind {
	case linker.KeepEntry:
		return "boot: the kernel starts at " + c.Name
	case linker.KeepDriver:
		return "driver " + c.Name + ": selected by " + strings.TrimPrefix(by("", "an option"), "selected by ")
	case linker.KeepSyscall:
		return "system call " + c.Name + ": " + by("made by ", "selected by an option")
	case linker.KeepSymbol:
		return "symbol " + c.Name + ": " + by("imported by ", "offered by an option")
	case linker.KeepPart:
		return "part " + c.Name + ": " + by("needed by ", "needed by the image")
	case linker.KeepModule:
		return "module " + c.Name + ": " + by("asks for ", "it asks for this")
	case linker.KeepAlways:
		return "always: every kernel has " + c.Name
	case linker.KeepLinker:
		return "linker: made of the exported symbols"
	case keepScript:
		return "layout: nothing in this kernel refers to it"
	case linker.KeepUnneeded:
		return "nothing: its object file is linked for something that was left out"
	}
	return c.Kind
}

// keepScript is the kind of a cause that is none: a name of the layout without users.
const keepScript = "script"

// scriptFile stands for the object file of what the layout defines.
const scriptFile = "the layout"

// Why finds name among the addresses that the layout names, the kernel's functions and
// variables, sections, archive members, drivers, system calls and subsystems, in this order,
// and tells for each match what keeps it; with all for every section of a member too. A driver may be
// named as its configuration is, CONFIG_VIRTIO_RNG, or in short, rng.
func (k *Kernel) Why(name string, needs *Needs, all bool) ([]Chain, error) {
	if c := k.scriptName(name, needs); c != nil {
		return []Chain{*c}, nil
	}
	found := k.find(name, all)
	if d := k.driver(name); len(found) == 0 && d != "" { // a setting that others' needs bring along
		return []Chain{{Name: name, Cause: k.cause(&part{Section: &linker.Section{Kind: linker.KeepDriver, For: d}}, needs), Steps: []Step{}}}, nil
	}
	if len(found) == 0 {
		return nil, &NotFoundError{name, k.near(name)}
	}
	out := []Chain{}
	for _, p := range found {
		out = append(out, k.explain(name, p, needs))
	}
	return out, nil
}

// scriptName tells what refers to an address that the layout names, by the shortest chain; nil if it
// names none of the name.
func (k *Kernel) scriptName(name string, needs *Needs) *Chain {
	i := slices.IndexFunc(k.Map.ScriptNames, func(n linker.ScriptName) bool { return n.Name == name })
	if i < 0 {
		return nil
	}
	n := &k.Map.ScriptNames[i]
	c := &Chain{Name: name, File: scriptFile, Addr: n.Addr, Cause: Cause{Kind: keepScript}, Steps: []Step{}}
	var user *part
	for _, id := range n.Users {
		if id < 1 || id > len(k.parts) {
			continue // a damaged map
		}
		if p := &k.parts[id-1]; user == nil || len(k.chain(p)) < len(k.chain(user)) {
			user = p
		}
	}
	if user != nil {
		by := k.explain(name, user, needs)
		c.Cause, c.Steps = by.Cause, by.Steps
	}
	c.Steps = append(c.Steps, Step{As: name, File: scriptFile})
	if user == nil {
		c.Steps = []Step{}
	}
	return c
}

// driver is the driver of the kernel that name stands for: CONFIG_ and letter case do not count, nor
// does what comes before the last part of a name that is the only one with it; "" if there is none.
func (k *Kernel) driver(name string) string {
	n := strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(name, "-", "_")), "config_")
	if slices.Contains(k.Map.Drivers, n) {
		return n
	}
	var found []string
	for _, d := range k.Map.Drivers {
		if d == "virtio_"+n {
			return d
		}
		if strings.HasSuffix(d, "_"+n) {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// Names are the functions, variables, subsystems and drivers of the kernel, each once.
func (k *Kernel) Names() []string {
	seen := map[string]bool{}
	for i := range k.symbols {
		seen[k.symbols[i].name] = true
	}
	for i := range k.Map.Subsystems {
		seen[k.Map.Subsystems[i].Name] = true
	}
	for _, d := range k.Map.Drivers {
		seen[d] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// NotFoundError says that nothing in a kernel has a name.
type NotFoundError struct {
	Name string
	Near []string // names that are like it
}

func (e *NotFoundError) Error() string {
	s := fmt.Sprintf("%s: the kernel holds no such function, section, member, driver or system call", e.Name)
	if len(e.Near) > 0 {
		s += "; it has " + strings.Join(e.Near, ", ")
	}
	return s
}

// find returns each matching section once.
func (k *Kernel) find(name string, all bool) []*part {
	var out []*part
	add := func(p *part) {
		if p != nil && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	for i := range k.symbols {
		if k.symbols[i].name == name {
			add(k.at(k.symbols[i].addr))
		}
	}
	if out != nil {
		return out
	}
	for i := range k.parts {
		if k.parts[i].Name == name {
			add(&k.parts[i])
		}
	}
	if out != nil {
		return out
	}
	// Of a member or a subsystem the section with the shortest chain stands for all,
	// since the others hang on it or on something longer.
	var group []*part
	gather := func(match func(*part) bool) {
		for i := range k.parts {
			if p := &k.parts[i]; match(p) {
				group = append(group, p)
			}
		}
	}
	gather(func(p *part) bool {
		_, member, _ := strings.Cut(strings.TrimSuffix(p.member.File, ")"), "(")
		return p.member.File == name || member == name || strings.TrimSuffix(member, ".o") == name
	})
	if group == nil {
		if d := k.driver(name); d != "" {
			gather(func(p *part) bool { return p.Kind == linker.KeepDriver && p.For == d })
			for _, r := range k.Map.Roots {
				if group == nil && r.Kind == linker.KeepDriver && r.Name == d && r.ID >= 1 && r.ID <= len(k.parts) {
					add(&k.parts[r.ID-1]) // something else needs it, too
					return out
				}
			}
			if group == nil { // it has no entry of its own in a table: its users refer to it
				gather(func(p *part) bool { return ofDriver(p.member.File, d) })
			}
		}
	}
	if group == nil {
		gather(func(p *part) bool { return p.Kind == linker.KeepSyscall && p.For == name })
	}
	if group == nil {
		for i := range k.symbols {
			if k.symbols[i].name == "sys_"+name {
				add(k.at(k.symbols[i].addr))
				return out
			}
		}
		gather(func(p *part) bool { return p.subsystem.Name == name })
	}
	if all || len(group) == 0 {
		return group
	}
	return []*part{slices.MinFunc(group, func(a, b *part) int {
		if c := cmp.Compare(len(k.chain(a)), len(k.chain(b))); c != 0 {
			return c
		}
		return cmp.Compare(a.ID, b.ID)
	})}
}

// near returns a few names that hold name, or that name holds.
func (k *Kernel) near(name string) []string {
	var out []string
	for i := range k.symbols {
		if s := k.symbols[i].name; len(name) > 2 && strings.Contains(s, name) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	return out[:min(len(out), 5)]
}

func (k *Kernel) explain(name string, p *part, needs *Needs) Chain {
	parts := k.chain(p)
	c := Chain{Name: name, File: p.member.File, Section: p.Name, Subsystem: p.subsystem.Name, Addr: p.Addr, Size: p.Size,
		Cause: k.cause(parts[0], needs), Steps: []Step{}}
	for i, s := range parts {
		step := Step{File: s.member.File, Section: s.Name, Along: s.Kind == linker.KeepObject}
		if i > 0 {
			step.As = s.For
		}
		c.Steps = append(c.Steps, step)
	}
	return c
}

// cause tells what keeps the first section of a chain.
func (k *Kernel) cause(first *part, needs *Needs) Cause {
	c := Cause{Kind: first.Kind, Name: first.For}
	if needs == nil {
		return c
	}
	switch c.Kind {
	case linker.KeepSymbol:
		c.By = needs.Symbols[c.Name]
	case linker.KeepSyscall:
		c.By = needs.Calls[c.Name]
	case linker.KeepPart:
		c.By = needs.Parts[c.Name]
	case linker.KeepDriver:
		if line := needs.Drivers[c.Name]; line != "" {
			c.By = []string{line}
		}
	}
	return c
}
