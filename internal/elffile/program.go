package elffile

import (
	"bytes"
	"cmp"
	"debug/elf"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrNotProgram is wrapped by errors of [File.CheckProgram].
var ErrNotProgram = errors.New("not a program")

// machines are the names of what programs are built for besides x86-64.
var machines = map[elf.Machine]string{
	elf.EM_386: "32-bit x86", elf.EM_ARM: "32-bit ARM", elf.EM_AARCH64: "64-bit ARM (aarch64)", elf.EM_RISCV: "RISC-V",
	elf.EM_S390: "IBM S/390", elf.EM_PPC: "PowerPC", elf.EM_PPC64: "64-bit PowerPC", elf.EM_MIPS: "MIPS",
	elf.EM_SPARC: "SPARC", elf.EM_SPARCV9: "64-bit SPARC", elf.EM_LOONGARCH: "LoongArch", elf.EM_BPF: "BPF", elf.EM_IA_64: "Itanium",
}

// foreign says in words what an ELF header that is not 64-bit, little-endian x86-64 is
// for, and what to do about it.
func foreign(h []byte) string {
	big := elf.Data(h[elf.EI_DATA]) == elf.ELFDATA2MSB
	machine := elf.Machine(le.Uint16(h[18:]))
	if big {
		machine = elf.Machine(h[18])<<8 | elf.Machine(h[19])
	}
	name, known := machines[machine]
	switch {
	case machine == elf.EM_X86_64 && elf.Class(h[elf.EI_CLASS]) == elf.ELFCLASS32:
		return "is for x86-64 with 32-bit pointers (x32): build it with 64-bit ones, -m64"
	case machine == elf.EM_X86_64:
		return "says x86-64 and big-endian, or no known class, in its ELF header: the file is damaged"
	case machine == elf.EM_386:
		return "is for 32-bit x86: build it for x86-64 (gcc -m64, GOARCH=amd64)"
	case !known:
		name = fmt.Sprintf("another processor (ELF machine %d)", machine)
	case big:
		name += ", big-endian"
	}
	return "is for " + name + ": build it for x86-64 (GOARCH=amd64, --target=x86_64-linux-gnu)"
}

// otherFormats are what is no ELF file but is known by bytes near its start.
var otherFormats = []struct{ magic, is string }{
	{"#!", "is a script: its interpreter must be the program, and it an argument"},
	{"\x00asm", "is a WebAssembly module: run a runtime for it, with the module as its argument"},
	{"PK\x03\x04", "is a ZIP file or a Java archive: run what interprets it (java -jar), with the file as its argument"},
	{"MZ", "is a program for Windows or for UEFI firmware (PE): build it for Linux"},
	{"\xcf\xfa\xed\xfe", "is a macOS program (Mach-O): build it for Linux (GOOS=linux)"},
	{"\xce\xfa\xed\xfe", "is a macOS program (Mach-O): build it for Linux (GOOS=linux)"},
	{"\xca\xfe\xba\xbe\x00\x00\x00", "is a Java class or a macOS program for several processors: run what interprets it, or build it for Linux"},
	{"!<arch>\ndebian-binary", "is a package of Debian: install it (apt install ./FILE), and name a program of it"},
	{"\xed\xab\xee\xdb", "is an RPM package: install it, and name a program of it"},
	{"!<arch>\n", "is an archive of object files: link a program with it"},
	{"\x1f\x8b", "is compressed (gzip): unpack it first"},
	{"\xfd7zXZ\x00", "is compressed (xz): unpack it first"},
	{"(\xb5/\xfd", "is compressed (zstd): unpack it first"},
	{"BZh", "is compressed (bzip2): unpack it first"},
	{"BC\xc0\xde", "is LLVM bitcode: compile and link it first"},
	{"QFI\xfb", aDisk},
	{"KDMV", aDisk},     // VMDK
	{"vhdxfile", aDisk}, // VHDX
	{"conectix", aDisk}, // VHD
}

// marks are bytes further in: a header of tar (POSIX.1-2024, pax), the header of a partition table (UEFI 2.10,
// 5.3.2), the first volume descriptor of a CD (ECMA-119, 8.1), the mark of a boot sector, VDI's signature.
var marks = []struct {
	at        int
	magic, is string
}{
	{257, "ustar", "is an archive (tar), or the image of a container: unpack it, and name a program of it"},
	{512, "EFI PART", aDisk}, {32769, "CD001", aDisk}, {510, "\x55\xaa", aDisk}, {64, "\x7f\x10\xda\xbe", aDisk},
}

const aDisk = "is a disk, which a machine with firmware boots (docs/disk-images.md): name the image or the program that it was made of"

// MaxHead is how much of a file tells what it is.
const MaxHead = 32769 + 5

// Known says in words what a file that is no ELF file is, by its first MaxHead bytes, and what
// to do about it; "" if that cannot be told.
func Known(head []byte) string {
	if len(head) == 0 {
		return "is empty"
	}
	for _, o := range otherFormats {
		if bytes.HasPrefix(head, []byte(o.magic)) {
			return o.is
		}
	}
	for _, m := range marks {
		if len(head) > m.at && bytes.HasPrefix(head[m.at:], []byte(m.magic)) {
			return m.is
		}
	}
	return ""
}

// NotELF says the same of what should be a program.
func NotELF(head []byte) string {
	return cmp.Or(Known(head), "is no program: neither an ELF file nor a script that starts with #!, nor a manifest")
}

// CheckProgram returns an error that says in words why the file cannot be started as a
// program, and what to do about it.
func (f *File) CheckProgram() error {
	no := func(format string, args ...any) error {
		return fmt.Errorf("%s: %w: it %s", f.Name, ErrNotProgram, fmt.Sprintf(format, args...))
	}
	switch f.Type {
	case elf.ET_EXEC, elf.ET_DYN:
	case elf.ET_REL:
		return no("is an object file, which is not linked yet: link it (gcc -o PROGRAM FILE)")
	case elf.ET_CORE:
		return no("is the memory dump of a process (core): name the program that made it")
	default:
		return no("is neither a program nor a library (ELF type %d)", uint16(f.Type))
	}
	if f.hasPVHNote() {
		return no("is a kernel: name the folder of its image, or a program")
	}
	if f.isLibrary() {
		switch main, err := f.HasMain(); {
		case err != nil:
			return err
		case main:
			return nil
		case f.Entry == 0 || f.Dynamic != nil && len(f.Dynamic.Needed) > 0: // of a linker that gives every library an entry
			return no("is a library without a main() that others can call, so there is no place to start at: name a program that uses it")
		}
	}
	for i := range f.Segments {
		s := &f.Segments[i]
		if s.Type == elf.PT_LOAD && s.Flags&elf.PF_X != 0 && f.Entry >= s.Vaddr && f.Entry-s.Vaddr < s.Memsz {
			return nil
		}
	}
	return no("would start at %#x, where it has no code: the file is damaged", f.Entry)
}

// isLibrary reports whether the file is a shared object and no executable.
func (f *File) isLibrary() bool { return f.Type == elf.ET_DYN && !f.IsPIE() }

// HasMain reports whether the file is a library that can be started as a program: it defines a
// function main for others.
func (f *File) HasMain() (bool, error) {
	if !f.isLibrary() || f.Dynamic == nil {
		return false, nil
	}
	syms, err := f.Symbols()
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(syms, func(s Symbol) bool {
		return s.Name == "main" && s.Exported() && (s.Type() == elf.STT_FUNC || s.Type() == elf.STT_GNU_IFUNC)
	}), nil
}

// Interpreters of programs that are linked with glibc and with musl.
const (
	GlibcInterp = "/lib64/ld-linux-x86-64.so.2"
	MuslInterp  = "/lib/ld-musl-x86_64.so.1"
)

// LoaderOfMain returns the interpreter that a program must name which is linked with the library f, and
// the soname of the C library if f does not need that itself.
func (f *File) LoaderOfMain() (interp, libc string) {
	for _, n := range f.Dynamic.Needed {
		switch {
		case n == "libc.so.6":
			return GlibcInterp, ""
		case n == "libc.so" || strings.HasPrefix(n, "libc.musl"):
			return MuslInterp, ""
		}
	}
	return GlibcInterp, "libc.so.6"
}

// hasPVHNote looks for the note by which hypervisors find a kernel's entry (Xen, type 18).
func (f *File) hasPVHNote() bool {
	for i := range f.Segments {
		s := &f.Segments[i]
		if s.Type != elf.PT_NOTE || s.Filesz > 64<<10 {
			continue
		}
		b := make([]byte, s.Filesz)
		if _, err := f.r.ReadAt(b, int64(s.Off)); err == nil && bytes.Contains(b, []byte("\x12\x00\x00\x00Xen\x00")) {
			return true
		}
	}
	return false
}
