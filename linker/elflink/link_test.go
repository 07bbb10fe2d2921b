package elflink

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// smallLayout has a page of each kind.
var smallLayout = Layout{
	Base: 0x1000000, Offset: 0x1000, Absolute: map[string]uint64{"NUMBER": 0x1234}, Start: "_start", Entry: "entry64", First: "first", End: "end",
	Discard: []string{".comment", ".note.gnu.*", ".note.GNU-stack", ".eh_frame"},
	Segments: []Segment{
		{Flags: elf.PF_R | elf.PF_X, Outputs: []Output{{Name: ".text", Parts: []Part{{Take: []string{".text*"}}}}}},
		{Flags: elf.PF_R, Outputs: []Output{
			{Name: ".gnu.hash", Parts: []Part{{Made: GNUHash}}}, {Name: ".dynsym", Parts: []Part{{Made: DynSym}}}, {Name: ".dynstr", Parts: []Part{{Made: DynStr}}},
			{Name: ".tab", Parts: []Part{{Define: "tab_start", Align: 8}, {Take: []string{".tab.*"}, Sort: ByName}, {Define: "tab_end"}, {Take: []string{".keep"}, Keep: true}}},
			{Name: ".rodata", Parts: []Part{{Take: []string{".rodata*"}, Sort: ByAlignment}, {Made: GOT}}},
			{Name: ".dynamic", Parts: []Part{{Made: Dynamic}}},
			{Name: ".tdata", Parts: []Part{{Take: []string{".tdata*"}}}}, {Name: ".tbss", Parts: []Part{{Take: []string{".tbss*"}}}},
		}},
		{Flags: elf.PF_R | elf.PF_W, Outputs: []Output{
			{Name: ".data", Parts: []Part{{Take: []string{".data*"}}}},
			{Name: ".bss", NoBits: true, Parts: []Part{{Take: []string{".bss*", "COMMON"}}}},
		}},
	},
}

// assemble makes archives of assembly sources: libalways.a of none, lib.a of the sources, each a member m0.o, m1.o ...
func assemble(t testing.TB, sources ...string) *Index {
	t.Helper()
	for _, tool := range []string{"as", "ar"} {
		testenv.MustHave(t, tool)
	}
	dir := t.TempDir()
	args := []string{"rcsD", "lib.a"}
	for i, s := range sources {
		name := fmt.Sprintf("m%d", i)
		if err := os.WriteFile(filepath.Join(dir, name+".s"), []byte(s), 0o666); err != nil {
			t.Fatal(err)
		}
		if out, err := command(dir, "as", "-o", name+".o", name+".s"); err != nil {
			t.Fatalf("as: %v\n%s", err, out)
		}
		args = append(args, name+".o")
	}
	for _, a := range [][]string{{"rcsD", "libalways.a"}, args} {
		if out, err := command(dir, "ar", a...); err != nil {
			t.Fatalf("ar: %v\n%s", err, out)
		}
	}
	x, err := ReadIndex(filepath.Join(dir, "libalways.a"), filepath.Join(dir, "lib.a"))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func command(dir, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	return cmd.CombinedOutput()
}

func linkSmall(x *Index, roots ...string) (*Image, error) {
	in := &Input{Index: x, Layout: &smallLayout, Debug: true}
	for _, r := range roots {
		in.Roots = append(in.Roots, Root{Symbol: r})
	}
	return Link(context.Background(), in)
}

// TestLinkIsRepeatable links the same again and again: no order may be that of a Go map.
func TestLinkIsRepeatable(t *testing.T) {
	layout := smallLayout
	layout.Absolute = map[string]uint64{"A": 1, "B": 2, "C": 3, "D": 4, "E": 5}
	x := assemble(t, `.globl _start
_start: lea a(%rip), %rax
mov $A, %eax
mov $B, %ebx
mov $C, %ecx
.section .rodata.str1.1,"aMS",@progbits,1
a: .string "an end"
.string "end"
.string "nd"
.section .rodata.str1.1.b,"aMS",@progbits,1
.string "another end"`)
	var first *Image
	for range 32 {
		m, err := Link(context.Background(), &Input{Index: x, Layout: &layout, Debug: true, Roots: []Root{{Symbol: "_start"}}})
		if err != nil {
			t.Fatal(err)
		}
		m.Passes, m.defined = nil, nil // times, and a function
		if first == nil {
			first = m
		}
		if !reflect.DeepEqual(m, first) {
			t.Fatalf("two links differ:\n%+v\n%+v", first.Names, m.Names)
		}
	}
}

// Each row is code at the start of .text, 0x1000000, and what it becomes. The first data is at 0x1002000, the GOT at 0x1001000.
func TestRelaxations(t *testing.T) {
	const other = "\n.data\n.globl x\nx: .quad 1\n.section .tdata,\"awT\"\n.globl v\n.quad 0\nv: .quad 2\n"
	for _, tt := range []struct{ name, code, want string }{
		{"mov from the GOT", "mov x@GOTPCREL(%rip), %rax", "488d05 f91f0000"},
		{"mov to a high register", "mov x@GOTPCREL(%rip), %r9", "4c8d0d f91f0000"},
		{"mov of 32 bits", "movl x@GOTPCREL(%rip), %ecx", "8d0d fa1f0000"},
		{"call through the GOT", "call *f@GOTPCREL(%rip)\nf: ret", "67e8 00000000 c3"},
		{"jump through the GOT", "jmp *f@GOTPCREL(%rip)\nf: ret", "e9 01000000 90 c3"},
		{"a slot that must stay", "cmp x@GOTPCREL(%rip), %rax", "483b05 f90f0000"},
		{"nothing is at a weak name", ".weak w\nmov w@GOTPCREL(%rip), %rax", "488b05 f90f0000"},
		{"initial exec, mov", "mov v@GOTTPOFF(%rip), %rax", "48c7c0 f8ffffff"},
		{"initial exec, a high register", "mov v@GOTTPOFF(%rip), %r12", "49c7c4 f8ffffff"},
		{"initial exec, add", "add v@GOTTPOFF(%rip), %rdx", "4881c2 f8ffffff"},
		{"local exec", "mov %fs:v@TPOFF, %rax", "64488b0425 f8ffffff"},
		{"an absolute name", "mov $NUMBER, %eax", "b8 34120000"},
		{"a number of 32 bits", "mov $x+4, %eax", "b8 04200001"},
		{"a weak name by its address", ".weak w\nmov $w, %eax", "b8 00000000"},
		{"a difference of sections", ".long x - .", "00200000"},
		{"64 bits", ".quad x + 1", "0120000100000000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := linkSmall(assemble(t, ".text\n.globl _start, f\n_start: "+tt.code+other), "_start", "x", "v")
			if err != nil {
				t.Fatal(err)
			}
			want := strings.ReplaceAll(tt.want, " ", "")
			if got := hex.EncodeToString(m.Content(".text")[:len(want)/2]); got != want {
				t.Errorf("became %s, want %s", got, want)
			}
		})
	}
}

func TestSlots(t *testing.T) {
	m, err := linkSmall(assemble(t, ".globl _start, x\n.weak w\n_start: cmp x@GOTPCREL(%rip), %rax; push w@GOTPCREL(%rip); cmp x@GOTPCREL(%rip), %rbx; cmp v@GOTTPOFF(%rip), %rax\n.data\nx: .quad 1\n"+
		".section .tdata,\"awT\"\n.globl v\nv: .quad 2"), "_start")
	if err != nil {
		t.Fatal(err)
	}
	var want []byte
	for _, v := range []uint64{0x1002000, 0, ^uint64(7)} {
		want = le.AppendUint64(want, v)
	}
	if got := m.Content(".rodata"); !bytes.Equal(got, want) {
		t.Errorf("slots %x, want %x", got, want)
	}
}

// Which definition counts, and which members are linked.
func TestResolve(t *testing.T) {
	group := func(value string) string {
		return ".section .text.g,\"axG\",@progbits,g,comdat\n.weak g\ng: .byte " + value + "\n"
	}
	for _, tt := range []struct {
		name    string
		sources []string
		want    string // content of .text, or an error
	}{
		{"a strong definition goes before a weak one", []string{
			".globl _start, b\n.text\n_start: .byte 1\n.quad f\n.weak f\n.section .text.f\nf: .byte 2\n.data\n.quad b",
			".globl f, b\n.section .text.g\nf: .byte 3\n.data\nb: .quad 0"}, "01 0900000100000000 03"},
		{"no member for a name that is defined weakly", []string{".globl _start\n_start: .quad f\n.weak f\n.section .text.f\nf: .byte 2", ".globl f\n.section .text.g\nf: .byte 3"}, "0800000100000000 02"},
		{"no member for a weak reference", []string{".globl _start\n.weak f\n_start: .quad f", ".globl f\nf: .byte 3"}, "0000000000000000"},
		{"one of a group", []string{".globl _start\n_start: .quad g, h\n" + group("1"), group("2") + ".globl h\n.data\nh: .byte 7\n.quad g"}, "1000000100000000 0010000100000000 01"},
		{"two definitions", []string{".globl _start, f\n_start: .quad f, h\nf: .byte 1", ".globl f, h\nf: h: .byte 2"}, "link: defined twice in the kit: f (lib.a(m0.o) and lib.a(m1.o)): remove one, or make it weak"},
		{"undefined", []string{".globl _start\n_start: .quad nowhere"}, "link: undefined symbols in the kit: nowhere (wanted by lib.a(m0.o): .text): define them in the kernel and rebuild the kit"},
		{"weak and out of reach", []string{".globl _start\n.weak w\n.type _start, @function\n_start: .quad 0\ncall w\n.size _start, . - _start\n"}, "link: undefined symbols in the kit: w (wanted by lib.a(m0.o): _start): define them in the kernel and rebuild the kit"},
		{"no start", []string{".globl f\nf: ret"}, "link: undefined symbols in the kit: _start (wanted by the kernel): define them in the kernel and rebuild the kit"},
		{"no place", []string{".globl _start\n_start: .quad f\n.section .strange,\"a\"\nf: .byte 1"}, "lib.a(m0.o): the kernel's layout has no place for section .strange"},
		{"an IFUNC", []string{".globl _start, f\n_start: call f\n.type f, @gnu_indirect_function\nf: ret"}, "lib.a(m0.o): section .text, offset 0x1: relocation R_X86_64_PLT32: f is an IFUNC, which a kernel cannot call: rebuild the kit with `make kit`"},
		{"too far", []string{".globl _start\n_start: .byte f\n.data\nf: .byte 1"}, "lib.a(m0.o): section .text, offset 0x0: relocation R_X86_64_8: .data at 0x1001000 does not fit: rebuild the kit with `make kit`"},
		{"content without room", []string{".globl _start\n_start: .quad f\n.section .bss.f,\"aw\",@progbits\nf: .byte 1"}, "lib.a(m0.o): section .bss.f has content, and the layout no room for it in the file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := linkSmall(assemble(t, tt.sources...))
			got, want := "", tt.want
			switch {
			case err != nil:
				got = err.Error()
			default:
				got, want = hex.EncodeToString(m.Content(".text")), strings.ReplaceAll(want, " ", "")
			}
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// What is kept, and why.
func TestLive(t *testing.T) {
	x := assemble(t, `
.globl _start, root
.text
_start: .quad used, tab_start, tab_end
.section .text.used; .globl used; used: .quad 1
.section .text.dead; dead: .quad along
.section .tab.b,"a"; .globl entry_b; entry_b: .quad 2
.section .tab.a,"a"; .globl entry_a; entry_a: .quad 1
.section .tab.c,"a"; .quad 3
.section .keep,"a"; .quad 9
.section .text.root; root: .quad used
.section .text.late; .globl late; late: .quad used
.data; along: .quad 1
`)
	in := &Input{Index: x, Layout: &smallLayout, Roots: []Root{{Symbol: "late", Late: true}, {Symbol: "entry_a"}, {Symbol: "entry_b"}, {Symbol: "root"}}}
	m, err := Link(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, k := range m.Kept {
		from := ""
		if k.From >= 0 {
			from = m.Kept[k.From].Name
		}
		got = append(got, fmt.Sprintf("%s %d %s %s", k.Name, k.Cause, from, k.For))
	}
	want := []string{
		fmt.Sprintf(".text %d  ", CauseEntry), fmt.Sprintf(".text.used %d .text used", CauseReference), fmt.Sprintf(".text.root %d  ", CauseRoot), fmt.Sprintf(".text.late %d  ", CauseRoot),
		fmt.Sprintf(".tab.a %d  ", CauseRoot), fmt.Sprintf(".tab.b %d  ", CauseRoot), fmt.Sprintf(".keep %d .text ", CauseAlong),
	}
	if !slices.Equal(got, want) {
		t.Errorf("kept %q\nwant %q", got, want)
	}
	if tab := m.Content(".tab"); !bytes.Equal(tab[:24], le.AppendUint64(le.AppendUint64(le.AppendUint64(nil, 1), 2), 9)) {
		t.Errorf("table %x", tab)
	}
	if m.Content(".rodata") != nil || m.Content(".dynsym") != nil {
		t.Error("tables that nothing asked for")
	}
}

// Strings and constants are there once, and none that nothing refers to.
func TestMerge(t *testing.T) {
	const strs, consts = ".section .rodata.str,\"aMS\",@progbits,1\n", ".section .rodata.cst,\"aM\",@progbits,8\n.balign 8\n"
	m, err := linkSmall(assemble(t,
		".globl _start\n_start: .quad a, b, .rodata.str+13, p, other, 0\n"+strs+"a: .asciz \"hello\"\n.asciz \"unused\"\nb: .asciz \"llo\"\n"+consts+"p: .quad 5\n.quad 6",
		".globl other\n.section .text.other\nother: .quad c, d, q\n"+strs+"c: .asciz \"hello\"\nd: .asciz \"say hello\"\n"+consts+"q: .quad 5"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(m.Content(".rodata")), "\x05\x00\x00\x00\x00\x00\x00\x00say hello\x00"; got != want {
		t.Errorf("content %q, want %q", got, want)
	}
	text := m.Content(".text")
	at := func(i int) uint64 { return le.Uint64(text[8*i:]) }
	if at(0) != at(6) || at(1) != at(0)+2 || at(7) != at(0)-4 || at(3) != at(8) || at(2) != at(1) {
		t.Errorf("references %#x %#x %#x %#x, %#x %#x %#x", at(0), at(1), at(2), at(3), at(6), at(7), at(8))
	}
}

// Common symbols of one name are one, as large as the largest.
func TestCommon(t *testing.T) {
	m, err := linkSmall(assemble(t, ".globl _start\n_start: .quad c, d\n.comm c, 8, 8", ".globl d\n.data\nd: .quad c\n.comm c, 64, 32"))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(m.Outputs, func(o OutputRange) bool { return o.Name == ".bss" })
	if i < 0 || m.Outputs[i].Size != 64 || !m.Outputs[i].Zero || le.Uint64(m.Content(".text")) != m.Outputs[i].Addr || m.Outputs[i].Addr%32 != 0 {
		t.Errorf("outputs %+v, content %x", m.Outputs, m.Content(".text"))
	}
}

// Programs find the exported symbols in the table, by its hash, as GNU readelf and debug/elf do.
func TestDynamic(t *testing.T) {
	var src strings.Builder
	src.WriteString(".globl _start\n_start: .quad _DYNAMIC\n.globl hid\n.hidden hid\nhid: ret\n")
	var names []string
	for i := range 40 {
		n := fmt.Sprintf("name%d", i)
		names = append(names, n)
		fmt.Fprintf(&src, ".globl %s\n.type %s, @function\n%s: .byte %d\n.size %s, 1\n", n, n, n, i, n)
	}
	in := &Input{Index: assemble(t, src.String()), Layout: &smallLayout, Exports: append(names, "hid", "none"), Debug: true}
	m, err := Link(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	if !slices.Equal(m.Exported, names) {
		t.Errorf("exported %q", m.Exported)
	}
	f, err := elf.NewFile(bytes.NewReader(m.Debug))
	if err != nil {
		t.Fatal(err)
	}
	syms, err := f.DynamicSymbols()
	if err != nil || len(syms) != len(names) {
		t.Fatalf("%d dynamic symbols, %v", len(syms), err)
	}
	hash := m.Content(".gnu.hash")
	buckets, first, words := le.Uint32(hash), le.Uint32(hash[4:]), le.Uint32(hash[8:])
	for i, s := range syms {
		addr, ok := m.Address(s.Name)
		if !ok || addr != s.Value || s.Size != 1 {
			t.Errorf("%s: at %#x, and %#x in the table", s.Name, addr, s.Value)
		}
		h := gnuHash(s.Name)
		bloom := le.Uint64(hash[16+h/64%words*8:])
		if bloom>>(h%64)&1 == 0 || bloom>>(h>>6%64)&1 == 0 {
			t.Errorf("%s: not in the filter", s.Name)
		}
		at := le.Uint32(hash[16+8*words+4*(h%buckets):])
		for ; at < uint32(len(syms)+1); at++ {
			v := le.Uint32(hash[16+8*words+4*buckets+4*(at-first):])
			if v|1 == h|1 && at == uint32(i+1) {
				break
			}
			if v&1 != 0 {
				t.Errorf("%s: not in its bucket", s.Name)
				break
			}
		}
	}
	if v, err := f.DynValue(elf.DT_STRSZ); err != nil || v[0] != uint64(len(m.Content(".dynstr"))) {
		t.Errorf("DT_STRSZ %v, %v", v, err)
	}
}

// Objects with faults are errors, never a panic.
func TestDamagedObjects(t *testing.T) {
	always, good := damaged(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	wrong := 0
	for range 3000 {
		data := slices.Clone(good)
		for range 1 + rnd.IntN(3) {
			data[rnd.IntN(len(data))] = []byte{0, 1, 0x7f, 0xff, byte(rnd.Uint32())}[rnd.IntN(5)]
		}
		if _, err := linkDamaged(always, data); err != nil {
			wrong++
			var o *ObjectError
			var u *UndefinedError
			if !errors.As(err, &o) && !errors.As(err, &u) && !strings.HasPrefix(err.Error(), "link: ") && !strings.Contains(err.Error(), "layout") {
				t.Errorf("error %v", err)
			}
		}
	}
	t.Logf("%d of 3000 are errors", wrong)
}
