package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
)

// Diff says how report B differs from report A.
type Diff struct {
	Format  int      `json:"format"`
	A       string   `json:"a"` // paths
	B       string   `json:"b"`
	Figures []Delta  `json:"figures"`         // all that both have
	Parts   []Delta  `json:"parts"`           // subsystems whose size changed, the largest change first
	Members []Delta  `json:"members"`         // archive members
	Lists   []Lists  `json:"lists"`           // what only one of them has
	Notes   []string `json:"notes,omitempty"` // those of the two reports
}

// Delta is one figure of both.
type Delta struct {
	Name string  `json:"name"`
	Unit string  `json:"unit"` // bytes, µs, or empty for a number
	A    float64 `json:"a"`
	B    float64 `json:"b"`
}

// Lists are the members of a set that only one of the two has.
type Lists struct {
	Name  string   `json:"name"`
	OnlyA []string `json:"only_a"`
	OnlyB []string `json:"only_b"`
}

// Compare compares two reports.
func Compare(a, b *Report) *Diff {
	d := &Diff{Format: Format, A: a.Path, B: b.Path, Parts: []Delta{}, Members: []Delta{}, Lists: []Lists{}}
	add := func(unit, name string, x, y float64) {
		d.Figures = append(d.Figures, Delta{name, unit, x, y})
	}
	bytes := func(name string, x, y int64) { add("bytes", name, float64(x), float64(y)) }
	number := func(name string, x, y int) { add("", name, float64(x), float64(y)) }
	bytes("kernel.elf", a.Sizes.KernelFile, b.Sizes.KernelFile)
	bytes("kernel in memory", a.Sizes.KernelMemory, b.Sizes.KernelMemory)
	bytes("text", a.Sizes.GNU.Text, b.Sizes.GNU.Text)
	bytes("data", a.Sizes.GNU.Data, b.Sizes.GNU.Data)
	bytes("bss", a.Sizes.GNU.BSS, b.Sizes.GNU.BSS)
	bytes("nothing asks for", a.Sizes.Unneeded, b.Sizes.Unneeded)
	number("symbols exported", a.Surface.Exported, b.Surface.Exported)
	number("system calls reachable", a.Surface.Calls, b.Surface.Calls)
	number("drivers", len(a.Image.Drivers), len(b.Image.Drivers))
	bytes("executable", a.Surface.Exec, b.Surface.Exec)
	bytes("writable", a.Surface.Writable, b.Surface.Writable)
	for _, p := range parsers {
		x, y := parserBytes(a, p.name), parserBytes(b, p.name)
		if x+y > 0 {
			bytes("parser: "+p.name, x, y)
		}
	}
	if a.Files != nil && b.Files != nil {
		bytes("root.rofs", a.Files.Size, b.Files.Size)
		bytes("image, kernel and root", a.Files.Size+a.Sizes.KernelFile, b.Files.Size+b.Sizes.KernelFile)
		number("files", a.Files.Count, b.Files.Count)
		number("shared libraries", len(a.Surface.Libraries), len(b.Surface.Libraries))
		bytes("in shared libraries", a.Surface.LibBytes, b.Surface.LibBytes)
	}
	if x, y := a.Runtime, b.Runtime; x != nil && y != nil {
		for _, m := range x.Timeline {
			if i := slices.IndexFunc(y.Timeline, func(n Moment) bool { return n.Name == m.Name }); i >= 0 && m.Name != MomentExec {
				add("µs", "until "+m.Name, math.Round(m.Micro), math.Round(y.Timeline[i].Micro))
			}
		}
		if x.Guest.Boot != nil && y.Guest.Boot != nil {
			bytes("guest memory touched at main()", x.Guest.Boot.Touched, y.Guest.Boot.Touched)
			bytes("guest page tables at main()", x.Guest.Boot.Tables, y.Guest.Boot.Tables)
		}
		if x.Guest.Exit != nil && y.Guest.Exit != nil {
			bytes("guest memory touched at the end", x.Guest.Exit.Touched, y.Guest.Exit.Touched)
		}
		if x.Runner.Boot != nil && y.Runner.Boot != nil {
			bytes("runner PSS at main()", x.Runner.Boot.PSS, y.Runner.Boot.PSS)
			bytes("runner private at main()", x.Runner.Boot.Private, y.Runner.Boot.Private)
		}
		bytes("a further guest adds", x.Runner.Further, y.Runner.Further)
	}
	for i, r := range []*Report{a, b} {
		for _, n := range r.Notes {
			d.Notes = append(d.Notes, fmt.Sprintf("%c: %s", 'A'+i, n))
		}
	}
	d.Parts = deltas(a.Kernel, b.Kernel)
	d.Members = deltas(children(a.Kernel), children(b.Kernel))
	list := func(name string, x, y []string) {
		l := Lists{name, missing(x, y), missing(y, x)}
		if len(l.OnlyA)+len(l.OnlyB) > 0 {
			d.Lists = append(d.Lists, l)
		}
	}
	list("drivers", a.Image.Drivers, b.Image.Drivers)
	list("exported symbols", a.Surface.Symbols, b.Surface.Symbols)
	list("system calls, direct", a.Surface.Direct, b.Surface.Direct)
	list("system calls, syscall instruction", a.Surface.Raw, b.Surface.Raw)
	if a.Files != nil && b.Files != nil {
		list("shared libraries", paths(a.Surface.Libraries), paths(b.Surface.Libraries))
		list("files", paths(a.Files.List), paths(b.Files.List))
	}
	return d
}

func parserBytes(r *Report, name string) int64 {
	for _, p := range r.Surface.Parsers {
		if p.Name == name {
			return p.Bytes
		}
	}
	return 0
}

func children(nodes []Subtree) []Subtree {
	var out []Subtree
	for _, n := range nodes {
		out = append(out, n.Parts...)
	}
	return out
}

// deltas lists the nodes whose size is not the same.
func deltas(a, b []Subtree) []Delta {
	at := map[string]*Delta{}
	out := []*Delta{}
	get := func(name string) *Delta {
		if at[name] == nil {
			at[name] = &Delta{Name: name, Unit: "bytes"}
			out = append(out, at[name])
		}
		return at[name]
	}
	for _, n := range a {
		get(n.Name).A += float64(n.Bytes)
	}
	for _, n := range b {
		get(n.Name).B += float64(n.Bytes)
	}
	list := []Delta{}
	for _, d := range out {
		if d.A != d.B {
			list = append(list, *d)
		}
	}
	slices.SortStableFunc(list, func(x, y Delta) int {
		return cmp.Or(cmp.Compare(math.Abs(y.B-y.A), math.Abs(x.B-x.A)), cmp.Compare(x.Name, y.Name))
	})
	return list
}

func paths(files []File) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Path)
	}
	return out
}

// missing returns what is in a and not in b, in a's order.
func missing(a, b []string) []string {
	has := map[string]bool{}
	for _, s := range b {
		has[s] = true
	}
	out := []string{}
	for _, s := range a {
		if !has[s] {
			out = append(out, s)
		}
	}
	return out
}

// Text writes the differences for people.
func (d *Diff) Text(w io.Writer, all bool) error {
	p := &printer{w: w, all: all}
	p.f("A: %s\nB: %s\n", line(d.A), line(d.B))
	for _, n := range d.Notes {
		p.f("note: %s\n", line(n))
	}
	p.f("\n%12s %12s %12s %8s\n", "A", "B", "B - A", "")
	rows := func(list []Delta) func(int) {
		return func(i int) {
			x := list[i]
			share := ""
			if x.A != 0 && x.A != x.B {
				share = fmt.Sprintf("%+.1f%%", 100*(x.B-x.A)/x.A)
			}
			p.f("%12.0f %12.0f %+12.0f %8s  %s", x.A, x.B, x.B-x.A, share, line(x.Name))
			if x.Unit == "µs" {
				p.f(", µs")
			}
			p.f("\n")
		}
	}
	for i := range d.Figures {
		rows(d.Figures)(i)
	}
	if len(d.Parts) > 0 {
		p.f("\nsubsystems\n")
		p.rows(len(d.Parts), rows(d.Parts))
	}
	if len(d.Members) > 0 {
		p.f("\narchive members\n")
		p.rows(len(d.Members), rows(d.Members))
	}
	for _, l := range d.Lists {
		p.f("\n%s\n", l.Name)
		if len(l.OnlyA) > 0 {
			p.f("  only A, %d:\n", len(l.OnlyA))
			p.names("   ", l.OnlyA)
		}
		if len(l.OnlyB) > 0 {
			p.f("  only B, %d:\n", len(l.OnlyB))
			p.names("   ", l.OnlyB)
		}
	}
	return p.err
}
