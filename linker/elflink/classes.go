package elflink

import (
	"slices"
	"strings"
)

// sectionClass is what a layout says of a class of sections, see classOf: so few patterns are looked at for each section.
type sectionClass struct {
	discard, keep patterns
	parts         []classPart // that may take one of them, in the layout's order
}

type classPart struct {
	*Part
	take patterns
}

// patterns are those that names of a class may match.
type patterns struct {
	all   bool // each of them does
	maybe []string
}

func (p *patterns) match(name string) bool {
	return p.all || len(p.maybe) > 0 && matchesAny(p.maybe, name)
}

// within are the patterns as far as names of a class may match them.
func within(list []string, class string) (p patterns) {
	for _, x := range list {
		start, star := strings.CutSuffix(x, "*")
		switch {
		case star && strings.HasPrefix(class, start):
			p.all = true
		case strings.HasPrefix(x, class) || star && strings.HasPrefix(start, class):
			p.maybe = append(p.maybe, x)
		}
	}
	return p
}

// classify says of each class of an index what the layout does with it, and of one more, that of common symbols.
func (p *Layout) classify(classes []string) []sectionClass {
	out := make([]sectionClass, len(classes)+1)
	kept := p.kept()
	for i, name := range append(slices.Clone(classes), classOf(commonName)) {
		c := &out[i]
		c.discard, c.keep = within(p.Discard, name), within(kept, name)
		p.parts(func(_ *Output, part *Part) bool {
			if w := within(part.Take, name); w.all || len(w.maybe) > 0 {
				c.parts = append(c.parts, classPart{part, w})
			}
			return true
		})
	}
	return out
}

// commonName is the name of sections of common symbols.
const commonName = "COMMON"
