package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/linker/elflink"
)

// bounds are symbols that the kernel's layout or the linker itself defines.
var bounds = []string{"__init_array_start", "__init_array_end", "__fini_array_start", "__fini_array_end", "_DYNAMIC"}

// member is an object file of the kit's archives.
type member struct {
	where string // archive(member)
	*elflink.ObjectSymbols
}

// lint warns of what makes a later link fail: a name that two members define,
// and code that cannot reach a weak name which nothing defines. Weak definitions
// of which the archives' order decides are errors, and so is thread-local storage: it would lie where the program
// has its own. So are calls of a higher floor.
func lint(kit, source string) error {
	first := map[string]string{}
	var all []member
	for _, a := range []string{"libkernel.a", "libglue.a", "libc.a", "libnosys.a", "libfast.a"} {
		members, err := elflink.ReadArchiveFile(filepath.Join(kit, a))
		if err != nil {
			return err
		}
		for _, m := range members {
			where := a + "(" + m.Name + ")"
			if isStub(m.Name) {
				continue
			}
			syms, err := elflink.ReadObjectSymbols(m)
			if err != nil {
				return err
			}
			all = append(all, member{where, syms})
			for _, n := range syms.Strong {
				// Of libfast.a an image has only what it asks for by a root, and never two forms of one function.
				if other := first[n]; other != "" && !(a == "libfast.a" && strings.HasPrefix(other, a)) {
					fmt.Fprintf(os.Stderr, "mkkit: warning: %s is defined in %s and in %s: rename one, or move musl's away with kernel/musl/redefine.txt\n", n, other, where)
				}
				first[n] = where
			}
			f, err := elf.NewFile(bytes.NewReader(m.Data))
			if err == nil {
				err = threadLocal(f)
			}
			if err != nil {
				return fmt.Errorf("%s: %v", where, err)
			}
			weak, err := unreachable(f)
			if err != nil {
				return fmt.Errorf("%s: %v", where, err)
			}
			for _, n := range weak {
				fmt.Fprintf(os.Stderr, "mkkit: warning: %s cannot be linked when nothing defines the weak %s: declare it __attribute__((weak, noplt)) and use it only as `if (f) f(...)`, or give it a weak definition\n", where, n)
			}
		}
	}
	return errors.Join(byOrder(all), floors(source, all))
}

// isStub reports whether an archive member holds the stubs of an interface: they
// are linked in place of the functions that they are named after.
func isStub(member string) bool {
	return strings.HasPrefix(member, "interfaces-") && strings.HasSuffix(member, "-modular.o")
}

// threadLocal returns an error if the object has thread-local storage.
func threadLocal(f *elf.File) error {
	for _, s := range f.Sections {
		if s.Flags&elf.SHF_TLS != 0 {
			return fmt.Errorf("section %s is thread-local storage: keep it in struct pthread (kernel/musl/src/internal/pthread_impl.h)", s.Name)
		}
	}
	return nil
}

// unreachable returns the undefined weak names that the object reaches other
// than through its GOT. Undefined means address 0, and from the kernel's high
// addresses no call or lea gets there. A plain mov from the GOT counts as well,
// because ld makes a lea of it.
func unreachable(f *elf.File) ([]string, error) {
	syms, err := f.Symbols()
	if err != nil {
		return nil, nil // no symbols, no references
	}
	var out []string
	for _, s := range f.Sections {
		if s.Type != elf.SHT_RELA || int(s.Info) >= len(f.Sections) {
			continue
		}
		relocs, err := s.Data()
		if err != nil {
			return nil, err
		}
		var code []byte
		for ; len(relocs) >= 24; relocs = relocs[24:] {
			off, info := binary.LittleEndian.Uint64(relocs), binary.LittleEndian.Uint64(relocs[8:])
			i := int(elf.R_SYM64(info)) - 1 // Symbols leaves out the first, null one
			if i < 0 || i >= len(syms) || syms[i].Section != elf.SHN_UNDEF || elf.ST_BIND(syms[i].Info) != elf.STB_WEAK {
				continue
			}
			bad := false
			switch elf.R_X86_64(elf.R_TYPE64(info)) {
			case elf.R_X86_64_PC32, elf.R_X86_64_PLT32:
				bad = true
			case elf.R_X86_64_GOTPCREL:
				if code == nil {
					if code, err = f.Sections[s.Info].Data(); err != nil {
						return nil, err
					}
				}
				const movLoad = 0x8b
				bad = off >= 2 && off < uint64(len(code)) && code[off-2] == movLoad
			}
			if n := syms[i].Name; bad && !slices.Contains(out, n) && !slices.Contains(bounds, n) {
				out = append(out, n)
			}
		}
	}
	return out, nil
}
