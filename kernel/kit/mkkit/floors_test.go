package main

import (
	"slices"
	"strings"
	"testing"
)

func TestFloors(t *testing.T) {
	of := parseFloors("# the lowest first\nlib\ncore arch # neighbours\n\nfs\n")
	for _, tt := range []struct {
		name string
		all  []member
		want string // the error; "": none
	}{
		{"downwards", []member{object("fs-a", "a +print"), object("lib-print", "print")}, ""},
		{"neighbours", []member{object("core-a", "a +b"), object("arch-b", "b +a")}, ""},
		{"in a folder", []member{object("core-mm-a", "a +b"), object("core-time-b", "b")}, ""},
		{"upwards", []member{object("core-a", "+open"), object("fs-b", "open")}, "libkernel.a(core-a.o) wants open of libkernel.a(fs-b.o), on a higher floor"},
		{"a weak one there", []member{object("core-a", "+open"), object("fs-b", "?open")}, "core-a.o) wants open"},
		{"one below as well", []member{object("core-a", "+open"), object("fs-b", "open"), object("lib-c", "?open")}, ""},
		{"a hook", []member{object("core-a", "?open"), object("fs-b", "open")}, ""},
		{"a seam", []member{object("core-a", "+seam"), object("fs-b", "seam")}, ""},
		{"no such folder", []member{object("attic-a", "a")}, "libkernel.a(attic-a.o): kernel/kit/floors has no folder attic"},
		{"stubs of interfaces", []member{object("interfaces-a-modular", "+open"), object("fs-b", "open")}, ""},
	} {
		err := upwards(of, map[string]bool{"seam": true}, tt.all)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: error %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestDeclared(t *testing.T) {
	got := declared(`/* not(this) */
#define NOR_THIS(x) that(x)
struct regs;
u64 *one(u64 addr, bool create);	/* nor(that) */
extern struct cpu two;
extern char four[8];
INTERFACE(struct vnode *, five, (u64 i, char *name), (i, name), NULL)
INTERFACE_OF_LOADED(int, six, (void), (), 0)
noreturn void seven(void), eight(void);
`)
	if want := []string{"one", "two", "four", "five", "six", "seven", "eight"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
