package linker

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
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
	"sys-raw-call.o": {"sys_dynamic": "trc_dynamic"},
	"signal-frame.o": {"signal_take": "sigtrc_take"},
}

// archiveNames are those of the archives that are linked, in order.
func (k *kitFiles) archiveNames() []string {
	if k.traced == nil {
		return kitArchives
	}
	return append(slices.Clone(kitArchives), traceArchive)
}

// index calls add for each name that an archive defines, with the offset of its member.
func (k *kitFiles) index(archive string, add func(name string, member int64)) error {
	if archive != traceArchive {
		return ArchiveSymbols(k.path(archive), add)
	}
	members, err := k.members(archive)
	for _, m := range members {
		add(strings.TrimSuffix(m.Name, ".o"), m.Offset)
	}
	return err
}

// redirected gives the name that a reference from a member of an archive is to.
func (k *kitFiles) redirected(archive, member, name string) string {
	switch archive {
	case "libc.a", "libglue.a", "libfast.a":
		call, ok := strings.CutPrefix(name, callPrefix)
		if _, known := k.traced[call]; ok && (known || slices.Contains(tracedOthers, call)) {
			return tracedPrefix + call
		}
	case "libkernel.a":
		if to := tracedMembers[member][name]; to != "" {
			return to
		}
	}
	return name
}

// traceMembers changes members of an archive so that they lead to the tracer.
func (k *kitFiles) traceMembers(archive string, members []ArchiveMember) ([]ArchiveMember, error) {
	out := slices.Clone(members)
	for i := range out {
		data, err := renameUndefined(archive+"("+out[i].Name+")", out[i].Data, func(name string) string { return k.redirected(archive, out[i].Name, name) })
		if err != nil {
			return nil, err
		}
		out[i].Data = data
	}
	return out, nil
}

// thunks are the members of the archive of thunks.
func (k *kitFiles) thunks() []ArchiveMember {
	names := make([]string, 0, len(k.traced))
	for n := range k.traced {
		names = append(names, n)
	}
	slices.Sort(names)
	var members []ArchiveMember
	for i, n := range names {
		members = append(members, ArchiveMember{Name: tracedPrefix + n + ".o", Offset: int64(i), Data: thunk(n, k.traced[n])})
	}
	return members
}

// renameUndefined gives undefined global symbols of an object file other names. Data stays as it is.
func renameUndefined(file string, data []byte, rename func(string) string) ([]byte, error) {
	le := binary.LittleEndian
	if _, err := parseObject(file, data); err != nil { // what is below is in bounds then
		return nil, err
	}
	shoff, shnum := le.Uint64(data[ehShoff:]), int(le.Uint16(data[ehShnum:]))
	header := func(d []byte, i int) []byte { return d[shoff+uint64(i)*shSize:][:shSize] }
	var out, names []byte
	strings_ := -1
	for i := range shnum {
		h := header(data, i)
		if elf.SectionType(le.Uint32(h[shType:])) != elf.SHT_SYMTAB {
			continue
		}
		strings_ = int(le.Uint32(h[shLink:]))
		s := header(data, strings_)
		old := data[le.Uint64(s[shOffset:]):][:le.Uint64(s[shSizeOff:])]
		off, size := le.Uint64(h[shOffset:]), le.Uint64(h[shSizeOff:])
		for at := off; at+symSize <= off+size; at += symSize {
			sym := data[at:]
			nameAt := le.Uint32(sym)
			if le.Uint16(sym[symShndx:]) != 0 || elf.ST_BIND(sym[symInfo]) == elf.STB_LOCAL || uint64(nameAt) >= uint64(len(old)) {
				continue
			}
			name, _, _ := bytes.Cut(old[nameAt:], []byte{0})
			to := rename(string(name))
			if to == string(name) {
				continue
			}
			if out == nil {
				out, names = slices.Clone(data), slices.Clone(old)
			}
			le.PutUint32(out[at:], uint32(len(names)))
			names = append(append(names, to...), 0)
		}
		break // an object file has one
	}
	if out == nil {
		return data, nil
	}
	s := header(out, strings_)
	le.PutUint64(s[shOffset:], uint64(len(out)))
	le.PutUint64(s[shSizeOff:], uint64(len(names)))
	return append(out, names...), nil
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
	if !have[traceCall] {
		return nil, fmt.Errorf("%s: has no tracer: rebuild the kit with `make kit`", k.Dir)
	}
	out := map[string]int{}
	for name, nr := range numbers {
		if have[callPrefix+name] {
			out[name] = nr
		}
	}
	return out, nil
}
