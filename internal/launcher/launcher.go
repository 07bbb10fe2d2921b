// Package launcher makes the small program that runs a shared object with a
// main(), as most of OSv's applications are: a position-independent executable
// that needs the library and calls __libc_start_main() with its main().
//
// It is what a linker would make of crt1.o and that library, less anything of its own: its
// loader, the host's or the kernel's, runs constructors and destructors, finds
// symbols and places thread-local storage as for a program that was linked with
// the library, since it is one.
package launcher

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"strings"
)

// Where a file's parts are. Code and what only the loader reads are in one
// page, what it writes to in the next; of the file's few hundred bytes each is mapped
// in both, at its own place.
const (
	page    = 4096
	headers = 64
	phSize  = 56
	phCount = 6
	symSize = 24
	relSize = 24
	gotSize = 2 * 8
)

// code is _start (psABI 3.4.1): what crt1.o does. The two displacements are those of the
// table's entries, main and __libc_start_main.
var code = []byte{
	0x31, 0xed, // xor %ebp, %ebp
	0x49, 0x89, 0xd1, // mov %rdx, %r9: what the loader wants to run at the end
	0x5e,             // pop %rsi: argc
	0x48, 0x89, 0xe2, // mov %rsp, %rdx: argv
	0x48, 0x83, 0xe4, 0xf0, // and $-16, %rsp
	0x50,             // push %rax
	0x54,             // push %rsp
	0x45, 0x31, 0xc0, // xor %r8d, %r8d: no fini
	0x31, 0xc9, // xor %ecx, %ecx: no init
	0x48, 0x8b, 0x3d, 0, 0, 0, 0, // mov main(%rip), %rdi
	0xff, 0x15, 0, 0, 0, 0, // call *__libc_start_main(%rip)
	0xf4, // hlt
}

// Ends of the instructions with a displacement, which is their last part.
const (
	endOfMain  = 27
	endOfStart = 33
)

// Make returns the program for the library that a loader finds under name, a path of the
// image, with the interpreter interp. libc is the soname of the C library if the
// library itself does not need it, and else empty, so that the order in which symbols are
// looked for is a program's.
func Make(name, interp, libc string) []byte {
	le := binary.LittleEndian
	strtab := "\x00main\x00__libc_start_main\x00" + name + "\x00"
	libcAt := len(strtab)
	strtab += libc + "\x00"
	nameAt := strings.Index(strtab, "\x00"+name+"\x00") + 1

	interpAt := headers + phCount*phSize
	symAt := (interpAt + len(interp) + 1 + 7) &^ 7
	hashAt := symAt + 3*symSize
	const hashSize = 4*4 + 8 + 4 + 4 // one empty bucket and one word of filter; to a multiple of 8
	relAt := hashAt + hashSize
	strAt := relAt + 2*relSize
	codeAt := strAt + len(strtab)
	dataAt := (codeAt + len(code) + 15) &^ 15

	dyn := []elf.Dyn64{{Tag: int64(elf.DT_NEEDED), Val: uint64(nameAt)}}
	if libc != "" {
		dyn = append(dyn, elf.Dyn64{Tag: int64(elf.DT_NEEDED), Val: uint64(libcAt)})
	}
	for _, d := range []struct {
		tag elf.DynTag
		val int
	}{
		{elf.DT_GNU_HASH, hashAt}, {elf.DT_STRTAB, strAt}, {elf.DT_STRSZ, len(strtab)},
		{elf.DT_SYMTAB, symAt}, {elf.DT_SYMENT, symSize},
		{elf.DT_RELA, relAt}, {elf.DT_RELASZ, 2 * relSize}, {elf.DT_RELAENT, relSize},
		{elf.DT_FLAGS, int(elf.DF_BIND_NOW)}, {elf.DT_FLAGS_1, int(elf.DF_1_NOW | elf.DF_1_PIE)},
		{elf.DT_DEBUG, 0}, {elf.DT_NULL, 0},
	} {
		dyn = append(dyn, elf.Dyn64{Tag: int64(d.tag), Val: uint64(d.val)})
	}
	dynSize := len(dyn) * 16
	gotAt := dataAt + dynSize
	end := gotAt + gotSize
	data := uint64(dataAt + page) // their addresses: one page further
	got := uint64(gotAt + page)

	var b bytes.Buffer
	put := func(at int, v any) {
		b.Write(make([]byte, at-b.Len()))
		binary.Write(&b, le, v) // of fixed-size values to memory: no error
	}
	ident := [16]byte{0: 0x7f, 1: 'E', 2: 'L', 3: 'F', elf.EI_CLASS: byte(elf.ELFCLASS64), elf.EI_DATA: byte(elf.ELFDATA2LSB), elf.EI_VERSION: byte(elf.EV_CURRENT)}
	put(0, elf.Header64{
		Ident: ident, Type: uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT),
		Entry: uint64(codeAt), Phoff: headers, Ehsize: headers, Phentsize: phSize, Phnum: phCount,
	})
	segment := func(t elf.ProgType, flags elf.ProgFlag, off int, addr, filesz, memsz, align uint64) elf.Prog64 {
		return elf.Prog64{Type: uint32(t), Flags: uint32(flags), Off: uint64(off), Vaddr: addr, Paddr: addr, Filesz: filesz, Memsz: memsz, Align: align}
	}
	size := uint64(end - dataAt)
	put(headers, []elf.Prog64{
		segment(elf.PT_PHDR, elf.PF_R, headers, headers, phCount*phSize, phCount*phSize, 8),
		segment(elf.PT_INTERP, elf.PF_R, interpAt, uint64(interpAt), uint64(len(interp)+1), uint64(len(interp)+1), 1),
		segment(elf.PT_LOAD, elf.PF_R|elf.PF_X, 0, 0, uint64(dataAt), uint64(dataAt), page),
		segment(elf.PT_LOAD, elf.PF_R|elf.PF_W, dataAt, data, size, size, page),
		segment(elf.PT_DYNAMIC, elf.PF_R|elf.PF_W, dataAt, data, uint64(dynSize), uint64(dynSize), 8),
		segment(elf.PT_GNU_STACK, elf.PF_R|elf.PF_W, 0, 0, 0, 0, 16),
	})
	put(interpAt, []byte(interp+"\x00"))
	undefined := elf.ST_INFO(elf.STB_GLOBAL, elf.STT_NOTYPE)
	put(symAt, []elf.Sym64{{}, {Name: 1, Info: undefined}, {Name: 6, Info: undefined}})
	put(hashAt, []uint32{1, 3, 1, 0}) // buckets, first symbol that is defined, words of the filter, shift
	put(hashAt+16, [2]uint64{})
	put(relAt, []elf.Rela64{
		{Off: got, Info: elf.R_INFO(1, uint32(elf.R_X86_64_GLOB_DAT))},
		{Off: got + 8, Info: elf.R_INFO(2, uint32(elf.R_X86_64_GLOB_DAT))},
	})
	put(strAt, []byte(strtab))
	text := bytes.Clone(code)
	le.PutUint32(text[endOfMain-4:], uint32(got)-uint32(codeAt+endOfMain))
	le.PutUint32(text[endOfStart-4:], uint32(got+8)-uint32(codeAt+endOfStart))
	put(codeAt, text)
	put(dataAt, dyn)
	put(gotAt, [gotSize]byte{})
	return b.Bytes()
}
