package linker

import (
	"encoding/json"
	"strconv"
)

// jsonText is JSON in the making. A link map has thousands of small records, for which encoding/json takes as
// long as the link.
type jsonText []byte

// key begins the field of an object; the first has no comma before it.
func (t *jsonText) key(name string) {
	if last := (*t)[len(*t)-1]; last != '{' {
		*t = append(*t, ',')
	}
	*t = append(append(append(*t, '"'), name...), '"', ':')
}

func (t *jsonText) text(name, s string) {
	t.key(name)
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(s) // a string always can be
			*t = append(*t, quoted...)
			return
		}
	}
	*t = append(append(append(*t, '"'), s...), '"')
}

func (t *jsonText) number(name string, n int64) {
	t.key(name)
	*t = strconv.AppendInt(*t, n, 10)
}

// list writes a field of several elements.
func (t *jsonText) list(name string, n int, element func(int)) {
	t.key(name)
	*t = append(*t, '[')
	for i := range n {
		if i > 0 {
			*t = append(*t, ',')
		}
		element(i)
	}
	*t = append(*t, ']')
}

// numbers writes a field that is left out if it is empty.
func (t *jsonText) numbers(name string, list []int) {
	if len(list) > 0 {
		t.list(name, len(list), func(i int) { *t = strconv.AppendInt(*t, int64(list[i]), 10) })
	}
}

// object writes an object with the fields that f writes.
func (t *jsonText) object(f func()) {
	*t = append(*t, '{')
	f()
	*t = append(*t, '}')
}

// subsystemText is the list as JSON.
func subsystemText(list []Subsystem) []byte {
	texts := make([]jsonText, len(list))
	inHalves(len(list), func(from, to int) {
		for i := from; i < to; i++ {
			texts[i] = make(jsonText, 0, 1024+256*list[i].sections())
			texts[i].subsystem(&list[i])
		}
	})
	size := len(list) + 2
	for _, t := range texts {
		size += len(t)
	}
	out := append(make([]byte, 0, size), '[')
	for i, t := range texts {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, t...)
	}
	return append(out, ']')
}

func (s *Subsystem) sections() int {
	n := 0
	for i := range s.Members {
		n += len(s.Members[i].Sections)
	}
	return n
}

func (t *jsonText) subsystem(s *Subsystem) {
	t.object(func() {
		t.text("name", s.Name)
		t.number("size", s.Size)
		t.list("members", len(s.Members), func(i int) { t.member(&s.Members[i]) })
	})
}

func (t *jsonText) member(m *Member) {
	t.object(func() {
		t.text("file", m.File)
		t.number("size", m.Size)
		t.list("sections", len(m.Sections), func(i int) { t.section(&m.Sections[i]) })
		t.numbers("draws", m.Draws)
	})
}

func (t *jsonText) section(s *Section) {
	t.object(func() {
		t.number("id", int64(s.ID))
		t.text("name", s.Name)
		t.text("out", s.Out)
		t.text("addr", s.Addr)
		t.number("size", s.Size)
		t.text("why", s.Why)
		t.text("kind", s.Kind)
		if s.For != "" {
			t.text("for", s.For)
		}
		if s.From != 0 {
			t.number("from", int64(s.From))
		}
		t.numbers("uses", s.Uses)
		t.numbers("optional", s.Optional)
		if len(s.Defaults) > 0 {
			t.list("defaults", len(s.Defaults), func(i int) {
				t.object(func() {
					t.number("to", int64(s.Defaults[i].To))
					t.text("of", s.Defaults[i].Of)
					t.number("size", s.Defaults[i].Size)
				})
			})
		}
	})
}
