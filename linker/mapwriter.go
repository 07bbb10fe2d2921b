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

// text writes a field of the parts of a string, one behind the other.
func (t *jsonText) text(name string, parts ...string) {
	t.key(name)
	*t = append(*t, '"')
	for _, s := range parts {
		if plain(s) {
			*t = append(*t, s...)
		} else {
			quoted, _ := json.Marshal(s) // a string always can be
			*t = append(*t, quoted[1:len(quoted)-1]...)
		}
	}
	*t = append(*t, '"')
}

// plain reports whether a string stands for itself in JSON.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
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

// ids writes a field with the IDs of indices besides one, which is left out if it is empty.
func (t *jsonText) ids(name string, indices []int, besides int) {
	if len(indices) == 0 || len(indices) == 1 && indices[0] == besides {
		return
	}
	t.key(name)
	*t = append(*t, '[')
	for _, n := range indices {
		if n != besides {
			if (*t)[len(*t)-1] != '[' {
				*t = append(*t, ',')
			}
			*t = strconv.AppendInt(*t, int64(n+1), 10)
		}
	}
	*t = append(*t, ']')
}

// object writes an object with the fields that f writes.
func (t *jsonText) object(f func()) {
	*t = append(*t, '{')
	f()
	*t = append(*t, '}')
}

// subsystemText is the list as JSON in two halves, of which two processors write one each.
func (l *link) subsystemText(list []*mapSubsystem) (first, second []byte) {
	half := 0
	for sections := 0; half < len(list) && 2*sections < len(l.image.Kept); half++ {
		sections += list[half].count
	}
	texts := [2]jsonText{}
	write := func(t *jsonText, list []*mapSubsystem, first string) {
		size := 2
		for _, s := range list {
			size += 256 * (s.count + 1)
		}
		*t = append(make(jsonText, 0, size), first...)
		for i, s := range list {
			if i > 0 {
				*t = append(*t, ',')
			}
			l.writeSubsystem(t, s)
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if half < len(list) {
			write(&texts[1], list[half:], ",")
		}
	}()
	write(&texts[0], list[:half], "[")
	<-done
	return texts[0], append(texts[1], ']')
}

func (l *link) writeSubsystem(t *jsonText, s *mapSubsystem) {
	t.object(func() {
		t.text("name", s.name)
		t.number("size", s.size)
		t.list("members", len(s.members), func(i int) { l.writeMember(t, s.members[i]) })
	})
}

func (l *link) writeMember(t *jsonText, m *mapMember) {
	t.object(func() {
		t.text("file", m.file)
		t.number("size", m.size)
		t.list("sections", len(m.sections), func(i int) { l.writeSection(t, m.sections[i]) })
		if d := l.draws(m); len(d) > 0 {
			t.list("draws", len(d), func(i int) { *t = strconv.AppendInt(*t, int64(d[i]), 10) })
		}
	})
}

func (l *link) writeSection(t *jsonText, i int) {
	k := &l.image.Kept[i]
	kind, name, from, why := l.origin(i)
	t.object(func() {
		t.number("id", int64(i+1))
		t.text("name", k.Name)
		t.text("out", k.Out)
		t.key("addr")
		*t = append(strconv.AppendUint(append(*t, '"'), k.Addr, 16), '"')
		t.number("size", int64(k.Size))
		t.text("why", why[:]...)
		t.text("kind", kind)
		if name != "" {
			t.text("for", name)
		}
		if from != 0 {
			t.number("from", int64(from))
		}
		t.ids("uses", k.Uses, i)
		t.ids("optional", k.Optional, -1)
		if len(k.Defaults) > 0 {
			t.list("defaults", len(k.Defaults), func(i int) {
				t.object(func() {
					t.number("to", int64(k.Defaults[i].To+1))
					t.text("of", k.Defaults[i].Of)
					t.number("size", k.Defaults[i].Size)
				})
			})
		}
	})
}
