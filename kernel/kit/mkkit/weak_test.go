package main

import (
	"strings"
	"testing"

	"uk.example/linker/elflink"
)

// object is a member of libkernel.a from words: NAME defines it, ?NAME does so weakly, +NAME wants it.
func object(name, words string) member {
	m := member{"libkernel.a(" + name + ".o)", &elflink.ObjectSymbols{}}
	for _, w := range strings.Fields(words) {
		switch w[0] {
		case '?':
			m.Weak = append(m.Weak, w[1:])
		case '+':
			m.Wanted = append(m.Wanted, w[1:])
		default:
			m.Strong = append(m.Strong, w)
		}
	}
	return m
}

func TestByOrder(t *testing.T) {
	part := object("part", "f part_init")
	for _, tt := range []struct {
		name string
		all  []member
		want string // part of the error; "": none
	}{
		{"caller brings the weak one", []member{object("caller", "?f main"), part}, ""},
		{"each caller does", []member{object("caller", "?f main"), object("second", "?f other"), part}, ""},
		{"another caller does not", []member{object("caller", "?f main"), object("second", "other +f"), part},
			"libkernel.a(second.o) wants f, which is weak in libkernel.a(caller.o) and not in libkernel.a(part.o)"},
		{"it needs the part anyway", []member{object("caller", "?f main"), object("second", "other +f +part_init"), part}, ""},
		{"and through a third", []member{object("caller", "?f main"), object("second", "other +f +third"), object("third", "third +part_init"), part}, ""},
		{"but not through what is optional itself", []member{object("caller", "?f ?g main"), object("second", "other +f +g"), object("third", "g +part_init"), part},
			"libkernel.a(second.o) wants f"},
		{"no part", []member{object("caller", "?f main"), object("second", "other +f")}, ""},
		{"not the kernel's", []member{{"libc.a(caller.o)", &elflink.ObjectSymbols{Weak: []string{"f"}}}, object("second", "other +f"), part}, ""},
	} {
		err := byOrder(tt.all)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: error %v, want %s", tt.name, err, tt.want)
		}
	}
}
