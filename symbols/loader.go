package symbols

import (
	"debug/elf"

	"uk.example/internal/elffile"
)

// Parts of a dynamic linker that only some programs need.
const (
	LoaderTLS    = "tls"              // thread-local storage
	LoaderCopies = "copies"           // COPY relocations
	LoaderRare   = "rare_relocations" // DT_RELR, text relocations, IFUNC resolvers, 32-bit and relative types
	LoaderSysV   = "sysv_hash"        // a DT_HASH without DT_GNU_HASH
	LoaderMusl   = "musl"             // names mean what they mean in musl
)

// loaderParts returns which of the parts loading f needs.
func loaderParts(f *elffile.File) ([]string, error) {
	types, err := f.RelocTypes()
	if err != nil {
		return nil, err
	}
	need := map[string]bool{LoaderTLS: f.HasTLS(), LoaderMusl: usesMusl(f.Dynamic.Needed)}
	for _, t := range types {
		switch t {
		case elf.R_X86_64_RELATIVE, elf.R_X86_64_GLOB_DAT, elf.R_X86_64_JMP_SLOT, elf.R_X86_64_64:
		case elf.R_X86_64_COPY:
			need[LoaderCopies] = true
		case elf.R_X86_64_DTPMOD64, elf.R_X86_64_DTPOFF64, elf.R_X86_64_TPOFF64, elf.R_X86_64_TLSDESC:
			need[LoaderTLS] = true
		default:
			need[LoaderRare] = true
		}
	}
	d := f.Dynamic
	has := func(t elf.DynTag) bool { _, ok := d.Value(t); return ok }
	if has(elf.DT_TEXTREL) || d.Flags&elf.DF_TEXTREL != 0 || has(dtRELR) {
		need[LoaderRare] = true
	}
	need[LoaderSysV] = has(elf.DT_HASH) && !has(elf.DT_GNU_HASH)
	var out []string
	for _, p := range []string{LoaderTLS, LoaderCopies, LoaderRare, LoaderSysV, LoaderMusl} {
		if need[p] {
			out = append(out, p)
		}
	}
	return out, nil
}

const dtRELR elf.DynTag = 36 // gABI; debug/elf has no name for it
