package linker

import (
	"debug/elf"
	"fmt"

	"uk.example/internal/elffile"
)

// maxModuleMemory is what a module may take in memory (kernel/modules/loader/check.c).
const maxModuleMemory = 2 << 20

// refusedTags are entries of a dynamic section that the kernel's loader refuses,
// in its words.
var refusedTags = []struct {
	tag  elf.DynTag
	what string
}{
	{elf.DT_INIT, "an init function of the linker's (DT_INIT); use MODULE_INIT"},
	{elf.DT_FINI, "a fini function of the linker's (DT_FINI); use MODULE_INIT"},
	{elf.DT_INIT_ARRAY, "constructors that its header does not name; link it with the kit's module.ld"},
	{elf.DT_FINI_ARRAY, "destructors that its header does not name; link it with the kit's module.ld"},
	{elf.DT_PREINIT_ARRAY, "constructors that its header does not name; link it with the kit's module.ld"},
	{elf.DynTag(36), "relocations of the form DT_RELR; link it without -z pack-relative-relocs"},
}

// refusals says what of a module the kernel's loader has no place for, each in a
// few words that follow the module's name.
func refusals(f *elffile.File, memory int64) ([]string, error) {
	var out []string
	for i := range f.Segments {
		s := &f.Segments[i]
		if s.Type == elf.PT_LOAD && s.Flags&(elf.PF_W|elf.PF_X) == elf.PF_W|elf.PF_X {
			out = append(out, "has a segment that is both writable and executable; link it with the kit's module.ld")
		}
		if s.Type == elf.PT_TLS {
			out = append(out, "has thread-local variables, which modules cannot have")
		}
	}
	if memory > maxModuleMemory {
		out = append(out, fmt.Sprintf("takes %d KB of memory; a module can have %d", memory>>10, maxModuleMemory>>10))
	}
	for _, t := range refusedTags {
		if _, ok := f.Dynamic.Value(t.tag); ok {
			out = append(out, "has "+t.what)
		}
	}
	if _, ok := f.Dynamic.Value(elf.DT_GNU_HASH); !ok {
		out = append(out, "has no DT_GNU_HASH; link it with --hash-style=gnu")
	}
	syms, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	for i := range syms {
		if s := &syms[i]; !s.Undefined() && s.Type() >= elf.STT_TLS {
			out = append(out, "has the symbol "+s.Name+", which is thread-local, or an IFUNC: modules cannot have those")
		}
	}
	relocs, err := refusedRelocs(f)
	return append(out, relocs...), err
}

func refusedRelocs(f *elffile.File) ([]string, error) {
	var out []string
	seen := map[elf.R_X86_64]bool{}
	code := false
	err := f.Relocs(func(r elffile.Reloc) bool {
		switch r.Type {
		case elf.R_X86_64_64, elf.R_X86_64_GLOB_DAT, elf.R_X86_64_JMP_SLOT, elf.R_X86_64_RELATIVE:
		default:
			if !seen[r.Type] {
				seen[r.Type] = true
				out = append(out, fmt.Sprintf("has a relocation of type %v, which modules cannot have; compile it as docs/modules.md says", r.Type))
			}
		}
		for i := range f.Segments {
			s := &f.Segments[i]
			code = code || s.Type == elf.PT_LOAD && s.Flags&elf.PF_X != 0 && r.Off-s.Vaddr < s.Memsz
		}
		return true
	})
	if code {
		out = append(out, "has relocations of code; compile it with -fPIC")
	}
	return out, err
}
