package linker

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"uk.example/linker/elflink"
)

// A traced kernel is linked from archives in which the C library's references to sys_NAME are to trc_NAME: a thunk of
// this archive, which goes through the tracer (kernel/trace) and on to sys_NAME. The kernel's own calls of such functions
// stay as they are, and a kernel that is not traced has nothing of it.
const traceArchive = "libtrace.a"

// tracedPrefix takes the place of sys_ in redirected names.
const (
	callPrefix   = "sys_"
	tracedPrefix = "trc_"
)

// traceCall is where thunks go (kernel/trace/call.S).
const traceCall = "trace_call"

// tracedOthers are redirected too, to what kernel/trace/others.c defines.
var tracedOthers = []string{"dynamic", "clone_thread", "unmap_exit"}

// tracedMembers are object files of the kernel in which a name is another.
var tracedMembers = map[string]map[string]string{
	"sys-raw-call.o":             {"sys_dynamic": "trc_dynamic"},
	"arch-x86_64-signal_frame.o": {"signal_take": "sigtrc_take"},
}

// redirected gives the name that a reference from a member of an archive is to.
func (l *link) redirected(archive, member, name string) string {
	switch archive {
	case "libc.a", "libglue.a", "libfast.a":
		call, ok := strings.CutPrefix(name, callPrefix)
		if _, known := l.traced[call]; ok && (known || slices.Contains(tracedOthers, call)) {
			return tracedPrefix + call
		}
	case "libkernel.a":
		if to := tracedMembers[member][name]; to != "" {
			return to
		}
	}
	return name
}

// thunks are the members of the archive of thunks.
func (l *link) thunks() []elflink.ArchiveMember {
	var members []elflink.ArchiveMember
	for _, n := range slices.Sorted(maps.Keys(l.traced)) {
		members = append(members, elflink.ArchiveMember{Name: tracedPrefix + n + ".o", Data: thunk(n, l.traced[n])})
	}
	return members
}

// thunk is an object file with trc_NAME: number and function of the call in registers, and on to trace_call.
func thunk(name string, nr int) []byte {
	le := binary.LittleEndian
	code := []byte{
		0xb8, 0, 0, 0, 0, // mov $nr, %eax
		0x4c, 0x8d, 0x1d, 0, 0, 0, 0, // lea sys_NAME(%rip), %r11
		0xe9, 0, 0, 0, 0, // jmp trace_call
	}
	le.PutUint32(code[1:], uint32(nr))
	symbolNames := "\x00" + tracedPrefix + name + "\x00" + callPrefix + name + "\x00" + traceCall + "\x00"
	nameAt := func(s string) uint32 { return uint32(strings.Index(symbolNames, "\x00"+s+"\x00") + 1) }
	sectionNames := "\x00.rela.text." + name + "\x00.symtab\x00.strtab\x00.shstrtab\x00.note.GNU-stack\x00"
	sectionAt := func(s string) uint32 { return uint32(strings.Index(sectionNames, s+"\x00")) }

	symbol := func(name string, info byte, section uint16, size uint64) []byte {
		b := le.AppendUint32(nil, nameAt(name))
		b = append(b, info, 0)
		b = le.AppendUint16(b, section)
		b = le.AppendUint64(b, 0)
		return le.AppendUint64(b, size)
	}
	global := func(t elf.SymType) byte { return byte(elf.STB_GLOBAL)<<4 | byte(t) }
	symbols := slices.Concat(make([]byte, symSize), symbol(tracedPrefix+name, global(elf.STT_FUNC), 1, uint64(len(code))),
		symbol(callPrefix+name, global(elf.STT_NOTYPE), 0, 0), symbol(traceCall, global(elf.STT_NOTYPE), 0, 0))
	relocation := func(at uint64, symbol uint64, kind elf.R_X86_64) []byte {
		b := le.AppendUint64(nil, at)
		b = le.AppendUint64(b, symbol<<32|uint64(kind))
		return le.AppendUint64(b, ^uint64(3)) // -4
	}
	relocations := slices.Concat(relocation(8, 2, elf.R_X86_64_PC32), relocation(13, 3, elf.R_X86_64_PLT32))

	out := make([]byte, ehSize)
	var headers []byte
	section := func(name uint32, typ elf.SectionType, flags elf.SectionFlag, content []byte, link, info uint32, align, entry uint64) {
		for len(out)%8 != 0 {
			out = append(out, 0)
		}
		headers = le.AppendUint32(headers, name)
		headers = le.AppendUint32(headers, uint32(typ))
		for _, v := range []uint64{uint64(flags), 0, uint64(len(out)), uint64(len(content))} {
			headers = le.AppendUint64(headers, v)
		}
		headers = le.AppendUint32(headers, link)
		headers = le.AppendUint32(headers, info)
		headers = le.AppendUint64(headers, align)
		headers = le.AppendUint64(headers, entry)
		out = append(out, content...)
	}
	headers = append(headers, make([]byte, shSize)...)
	section(sectionAt(".text."+name), elf.SHT_PROGBITS, elf.SHF_ALLOC|elf.SHF_EXECINSTR, code, 0, 0, 1, 0)
	section(sectionAt(".rela.text."+name), elf.SHT_RELA, elf.SHF_INFO_LINK, relocations, 3, 1, 8, relaSize)
	section(sectionAt(".symtab"), elf.SHT_SYMTAB, 0, symbols, 4, 1, 8, symSize)
	section(sectionAt(".strtab"), elf.SHT_STRTAB, 0, []byte(symbolNames), 0, 0, 1, 0)
	section(sectionAt(".shstrtab"), elf.SHT_STRTAB, 0, []byte(sectionNames), 0, 0, 1, 0)
	section(sectionAt(".note.GNU-stack"), elf.SHT_PROGBITS, 0, nil, 0, 0, 1, 0)
	for len(out)%8 != 0 {
		out = append(out, 0)
	}
	copy(out, "\x7fELF\x02\x01\x01")
	le.PutUint16(out[16:], uint16(elf.ET_REL))
	le.PutUint16(out[18:], uint16(elf.EM_X86_64))
	le.PutUint32(out[20:], 1)
	le.PutUint64(out[ehShoff:], uint64(len(out)))
	le.PutUint16(out[52:], ehSize)
	le.PutUint16(out[58:], shSize)
	le.PutUint16(out[ehShnum:], uint16(len(headers)/shSize))
	le.PutUint16(out[ehShstrndx:], 5)
	return append(out, headers...)
}

// tracedCalls are the calls of Options.Trace that the kit has a function for.
func (k *Kit) tracedCalls(numbers map[string]int) (map[string]int, error) {
	if numbers == nil {
		return nil, nil
	}
	have, err := k.symbolSet()
	if err != nil {
		return nil, err
	}
	if !have.Has(traceCall) {
		return nil, fmt.Errorf("%s: has no tracer: rebuild the kit with `make kit`", k.Dir)
	}
	out := map[string]int{}
	for name, nr := range numbers {
		if have.Has(callPrefix + name) {
			out[name] = nr
		}
	}
	return out, nil
}
