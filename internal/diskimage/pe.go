package diskimage

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io"
)

// PE32+ (Microsoft "PE Format"; UEFI 2.10, 2.1.1) of the loader and what it
// loads. Sections are aligned to pages in memory, so that the firmware may give
// each its own permissions, and none is writable and executable.
const (
	pePage       = 4096
	peFileAlign  = 512
	peHeaderSize = 0x400
	peSignature  = 0x40 // offset of the PE signature
	peOptional   = peSignature + 24
	peOptSize    = 112 + 16*8
	peChecksum   = peOptional + 64
	peSections   = peOptional + peOptSize

	peMachineAMD64 = 0x8664
	peSubsystemEFI = 10
	// Executable, no line numbers, no symbols, addresses above 2 GB.
	peFlags = 0x2 | 0x4 | 0x8 | 0x20
	// Loadable above 4 GB, at any address, and with memory that is not
	// executable.
	peDLLFlags = 0x20 | 0x40 | 0x100

	peText  = 0x60000020 // code, execute, read
	peData  = 0xc0000040 // initialised, read, write
	peRead  = 0x40000040 // initialised, read
	peReloc = 0x42000040 // the same, discardable

	// maxPE bounds the program: the firmware reads it into memory whole.
	maxPE = 1 << 30
)

// peSection is one section. Its file has n bytes; memory may be larger.
type peSection struct {
	name  string
	flags uint32
	rva   int64
	mem   int64
	n     int64
	r     io.ReaderAt
	from  string // file, for errors
}

// program is a PE file as pieces, header first.
type program struct {
	disk
	sections int
}

// sbat is the section that shim wants: what component this is, and of which
// generation.
const sbat = "sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\n" +
	"uk.loader,1,uk,uk,1,-\n"

// loaderSections reads the loader, an ELF file linked at the addresses that
// its parts have in the PE file.
func loaderSections(name string, data []byte) (list []peSection, entry uint32, err error) {
	bad := func(format string, a ...any) ([]peSection, uint32, error) {
		return nil, 0, fmt.Errorf("%s: %s: build the kit again with `make kit`", name, fmt.Sprintf(format, a...))
	}
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return bad("is no UEFI loader: %v", err)
	}
	if f.Machine != elf.EM_X86_64 {
		return bad("is no UEFI loader for x86_64")
	}
	at := int64(pePage)
	for _, p := range f.Progs {
		if p.Type == elf.PT_DYNAMIC {
			return bad("is no UEFI loader: it wants relocation")
		}
		if p.Type != elf.PT_LOAD || p.Memsz == 0 {
			continue
		}
		s := peSection{name: ".text", flags: peText, rva: int64(p.Vaddr), mem: int64(p.Memsz), n: int64(p.Filesz), from: name}
		if p.Flags&elf.PF_W != 0 {
			s.name, s.flags = ".data", peData
		}
		if p.Flags&elf.PF_X != 0 && p.Flags&elf.PF_W != 0 {
			return bad("a segment is writable and executable")
		}
		if s.rva < at || s.rva%pePage != 0 || p.Memsz > 16<<20 || p.Filesz > p.Memsz ||
			p.Off > uint64(len(data)) || p.Filesz > uint64(len(data))-p.Off || s.rva > 16<<20 {
			return bad("the segment at %#x is misplaced", p.Vaddr)
		}
		s.r = bytes.NewReader(data[p.Off : p.Off+p.Filesz])
		if p.Flags&elf.PF_X != 0 && f.Entry >= p.Vaddr && f.Entry < p.Vaddr+p.Filesz {
			entry = uint32(f.Entry)
		}
		at = alignUp(s.rva+s.mem, pePage)
		list = append(list, s)
	}
	if entry == 0 || len(list) > 8 {
		return bad("is no UEFI loader: it has no entry in its code")
	}
	return list, entry, nil
}

// makePE lays the program out: the loader's sections, then those of more.
// Nothing of more is read but for the checksum.
func makePE(loaderName string, loader []byte, more []peSection) (*program, error) {
	list, entry, err := loaderSections(loaderName, loader)
	if err != nil {
		return nil, err
	}
	end := list[len(list)-1]
	next := alignUp(end.rva+end.mem, pePage)
	// One block of base relocations that relocate nothing: some firmware takes a
	// program without any for one that cannot be moved.
	reloc := make([]byte, 12)
	binary.LittleEndian.PutUint32(reloc[0:], pePage)
	binary.LittleEndian.PutUint32(reloc[4:], 12)
	more = append([]peSection{
		{name: ".reloc", flags: peReloc, n: int64(len(reloc)), r: bytes.NewReader(reloc)},
		{name: ".sbat", flags: peRead, n: int64(len(sbat)), r: bytes.NewReader([]byte(sbat))},
	}, more...)
	relocRVA := next
	for _, s := range more {
		s.rva, s.mem = next, s.n
		next = alignUp(next+s.mem, pePage)
		list = append(list, s)
	}
	if next > maxPE {
		return nil, fmt.Errorf("the program that firmware loads would have %d bytes, more than %d: leave the root file system on a partition, with --profile virtio-pci and --root partition", next, maxPE)
	}

	h := make([]byte, peHeaderSize)
	le := binary.LittleEndian
	copy(h, "MZ")
	le.PutUint32(h[0x3c:], peSignature)
	copy(h[peSignature:], "PE\x00\x00")
	c := h[peSignature+4:]
	le.PutUint16(c[0:], peMachineAMD64)
	le.PutUint16(c[2:], uint16(len(list)))
	le.PutUint16(c[16:], peOptSize)
	le.PutUint16(c[18:], peFlags)
	o := h[peOptional:]
	le.PutUint16(o[0:], 0x20b) // PE32+
	le.PutUint32(o[16:], entry)
	le.PutUint32(o[20:], uint32(list[0].rva)) // base of code
	le.PutUint32(o[32:], pePage)
	le.PutUint32(o[36:], peFileAlign)
	le.PutUint32(o[56:], uint32(next)) // size of the image
	le.PutUint32(o[60:], peHeaderSize)
	le.PutUint16(o[68:], peSubsystemEFI)
	le.PutUint16(o[70:], peDLLFlags)
	le.PutUint32(o[108:], 16) // directories; number 5 is that of relocations
	le.PutUint32(o[112+5*8:], uint32(relocRVA))
	le.PutUint32(o[112+5*8+4:], uint32(len(reloc)))

	p := &program{sections: len(list)}
	file, code, data := int64(peHeaderSize), int64(0), int64(0)
	for i, s := range list {
		raw := alignUp(s.n, peFileAlign)
		e := h[peSections+i*40:]
		copy(e[:8], s.name)
		le.PutUint32(e[8:], uint32(s.mem))
		le.PutUint32(e[12:], uint32(s.rva))
		le.PutUint32(e[16:], uint32(raw))
		if raw > 0 {
			le.PutUint32(e[20:], uint32(file))
		}
		le.PutUint32(e[36:], s.flags)
		if s.flags == peText {
			code += raw
		} else {
			data += raw
		}
		p.add(file, s.n, s.r, s.from)
		file += raw
	}
	le.PutUint32(o[4:], uint32(code))
	le.PutUint32(o[8:], uint32(data))
	p.addBytes(0, h, "PE header")
	p.size = file
	if err := p.finish(); err != nil {
		return nil, err
	}
	return p, nil
}

// peSum adds b, which is at an even offset, to a PE checksum.
func peSum(sum uint64, b []byte) uint64 {
	for ; len(b) >= 4; b = b[4:] {
		sum += uint64(binary.LittleEndian.Uint32(b))
	}
	for i, c := range b {
		sum += uint64(c) << (8 * (i % 2))
	}
	return sum
}

// peFold ends a checksum. 32-bit words add up to the same as 16-bit ones, as
// 65536 is 1 modulo 65535.
func peFold(sum uint64, size int64) uint32 {
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return uint32(sum) + uint32(size)
}
