package elflink

import "debug/elf"

// ObjectSymbols are the global names of an object file.
type ObjectSymbols struct {
	Strong, Weak []string // defined
	Wanted       []string // undefined, and not weak: the linker takes archive members for them
}

// ReadObjectSymbols returns the global names of an archive member.
func ReadObjectSymbols(m ArchiveMember) (*ObjectSymbols, error) {
	var names []string
	p := objectParser{
		intern: func(name string) int32 { names = append(names, name); return int32(len(names) - 1) },
		class:  func(string) int { return 0 },
	}
	var n indexMember
	b, err := p.parse(m.Name, &n, m.Data, 0)
	if err != nil {
		return nil, err
	}
	out := &ObjectSymbols{}
	symbols := b[n.sections*sectionSize:][:n.symbols*symSize]
	for s := symbols[n.local*symSize:]; len(s) > 0; s = s[symSize:] {
		at := symbolAt(s)
		name, weak := names[le.Uint32(s)], at.bind() == stbWeak
		switch {
		case at.shndx() != elf.SHN_UNDEF && weak:
			out.Weak = append(out.Weak, name)
		case at.shndx() != elf.SHN_UNDEF:
			out.Strong = append(out.Strong, name)
		case !weak:
			out.Wanted = append(out.Wanted, name)
		}
	}
	return out, nil
}
