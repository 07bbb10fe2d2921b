package elflink

// ObjectSymbols are the global names of an object file.
type ObjectSymbols struct {
	Strong, Weak []string // defined
	Wanted       []string // undefined, and not weak: the linker takes archive members for them
}

// ReadObjectSymbols returns the global names of an archive member.
func ReadObjectSymbols(m ArchiveMember) (*ObjectSymbols, error) {
	l := &linker{sections: make([]section, 1)} // 0 is none
	o, err := l.readObject(0, m.Name, m.Data)
	if err != nil {
		return nil, err
	}
	out := &ObjectSymbols{}
	for i := o.local; i < len(o.symtab)/symSize; i++ {
		s := o.symbol(i)
		name, weak := o.nameOf(s), s.bind() == stbWeak
		switch {
		case s.shndx() != 0 && weak:
			out.Weak = append(out.Weak, name)
		case s.shndx() != 0:
			out.Strong = append(out.Strong, name)
		case !weak:
			out.Wanted = append(out.Wanted, name)
		}
	}
	return out, nil
}
