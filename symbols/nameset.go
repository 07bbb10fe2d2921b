package symbols

// nameSet is a set of names. It is made of thousands at each start of the command, in less time and memory than a map.
type nameSet struct {
	list  []string // in the order in which they were added
	table []uint32 // open addressing: index in list + 1, 0: none; a power of two long, and at most half full
}

// newNameSet makes a set that will have at most n names.
func newNameSet(n int) nameSet {
	size := 2
	for size < 2*n {
		size *= 2
	}
	return nameSet{make([]string, 0, n), make([]uint32, size)}
}

// place is where a name is in the table, or where it belongs.
func (s *nameSet) place(name string) int {
	h := uint32(2166136261) // FNV-1a
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	at := int(h^h>>15) & (len(s.table) - 1)
	for s.table[at] != 0 && s.list[s.table[at]-1] != name {
		at = (at + 1) & (len(s.table) - 1)
	}
	return at
}

func (s *nameSet) has(name string) bool { return len(s.table) > 0 && s.table[s.place(name)] != 0 }

// add adds a name and reports whether it is new.
func (s *nameSet) add(name string) bool {
	at := s.place(name)
	if s.table[at] != 0 {
		return false
	}
	s.list = append(s.list, name)
	s.table[at] = uint32(len(s.list))
	return true
}
