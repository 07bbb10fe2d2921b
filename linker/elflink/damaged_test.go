package elflink

import (
	"bytes"
	"context"
	"debug/elf"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// everyKind is an object with a relocation, section and symbol of each kind that kernels have.
const everyKind = `.globl _start, x
_start: mov x@GOTPCREL(%rip), %rax; call f; cmp x@GOTPCREL(%rip), %rbx; mov v@GOTTPOFF(%rip), %rax; .quad a, p, c; call *f@GOTPCREL(%rip)
.section .text.g,"axG",@progbits,g,comdat; .weak f; f: ret
.data; x: .quad x; .comm c, 8, 8
.section .tdata,"awT"; .globl v; v: .quad 2
.section .rodata.str,"aMS",@progbits,1; a: .asciz "hello"
.section .rodata.cst,"aM",@progbits,8; .globl p; p: .quad 5
.section .debug_info,"",@progbits; .quad x
.bss; .globl z; z: .zero 64`

// FuzzLink links an object from anywhere: it is linked or one error, whatever it says.
func FuzzLink(f *testing.F) {
	always, good := damaged(f)
	f.Add(good)
	f.Fuzz(func(t *testing.T, data []byte) { _, _ = linkDamaged(always, data) })
}

// damaged returns an object to damage, and the index that it is linked with.
func damaged(t testing.TB) (*Index, []byte) {
	x := assemble(t, everyKind)
	members, err := ReadArchiveFile(x.archives[1].path)
	if err != nil {
		t.Fatal(err)
	}
	always, err := ReadIndex(x.archives[0].path)
	if err != nil {
		t.Fatal(err)
	}
	return always, members[0].Data
}

// linkDamaged links one object, with and without debugging information, and reads its names.
func linkDamaged(always *Index, data []byte) (*Image, error) {
	_, _ = ReadObjectSymbols(ArchiveMember{Name: "m.o", Data: data})
	in := &Input{Layout: &smallLayout, Exports: []string{"x", "f", "p", "c", "z"}, Debug: true}
	in.Index = always.With("lib.a", []ArchiveMember{{Name: "m.o", Data: data}}, func(*ArchiveMember) string { return "_start" })
	for _, e := range in.Exports {
		in.Roots = append(in.Roots, Root{Symbol: e})
	}
	_, first := Link(context.Background(), in)
	in.Debug = false
	m, err := Link(context.Background(), in)
	if err == nil {
		err = first
	}
	return m, err
}

// What is no part of a kernel, or too much for one, is one error.
func TestFaults(t *testing.T) {
	var zeros strings.Builder
	zeros.WriteString(".globl _start\n_start: ret\n.data; .globl x; x: .quad 1")
	for i := range 40 {
		fmt.Fprintf(&zeros, ", z%d", i)
	}
	for i := range 40 {
		fmt.Fprintf(&zeros, "\n.section .data.z%d,\"aw\",@nobits; z%d: .zero 60<<20", i, i)
	}
	for _, tt := range []struct{ name, source, want string }{
		{"an exported name in a section that is dropped", ".globl _start, x\n_start: ret\n.section .comment,\"a\"\nx: .quad 1", "lib.a(m0.o): symbol x is in a section that is not part of a kernel: rebuild the kit with `make kit`"},
		{"the start in a section that is dropped", ".globl _start, x\n.data; x: .quad 1\n.section .comment,\"ax\"\n_start: ret", "link: the kit defines no _start, where a kernel starts: rebuild the kit with `make kit`"},
		{"a large common symbol", ".globl _start\n_start: .quad x\n.comm x, 0x7fffffffffffffff, 8", "lib.a(m0.o): common symbol x has 9223372036854775807 bytes aligned to 8: rebuild the kit with `make kit`"},
		{"many zeros", zeros.String(), "link: the kernel takes 1080 MB of memory, more than 1024"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := &Input{Index: assemble(t, tt.source), Layout: &smallLayout, Roots: []Root{{Symbol: "x"}}, Exports: []string{"x"}, Debug: true}
			if _, err := Link(context.Background(), in); err == nil || err.Error() != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

// An empty section's header is not looked at before something is found to be there.
func TestFaultyEmptySection(t *testing.T) {
	always, data := damaged(t)
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(f.Sections, func(s *elf.Section) bool { return s.Name == ".data" })
	head := data[le.Uint64(data[ehShoff:])+uint64(i)*shSize:]
	le.PutUint64(head[shFlags:], uint64(elf.SHF_ALLOC|elf.SHF_COMPRESSED))
	le.PutUint64(head[shSizeAt:], 0)
	if _, err := linkDamaged(always, data); err == nil {
		t.Error("no error")
	}
}
