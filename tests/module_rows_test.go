package tests

import (
	"path/filepath"
	"strings"
	"testing"
)

// inOrder reports the first of the texts that is not behind the ones before it in
// out, or "".
func inOrder(out string, texts ...string) string {
	for _, w := range texts {
		_, after, ok := strings.Cut(out, w)
		if !ok {
			return w
		}
		out = after
	}
	return ""
}

// A module that another one needs and that fails has a line of its own, which names
// both; it is not tried again for a third.
func TestModuleNeedsFailing(t *testing.T) {
	t.Parallel()
	m := newModuleImage(t, "args.c")
	for _, tt := range []struct {
		name string
		need func() (file, why string)
		row  string
	}{
		{"init function", func() (string, string) {
			return m.module("failing.so", []string{"second"}), "init function second_start: error 5"
		}, ""},
		{"fingerprint", func() (string, string) {
			file := m.module("failing.so", []string{"second"})
			return file, "its fingerprint is "
		}, "patch"},
		{"missing", func() (string, string) {
			return m.module("failing.so", []string{"second"}, m.library("absent.so")), "needs absent.so, which the image does not list"
		}, ""},
		{"undefined symbol", func() (string, string) {
			return m.module("failing.so", []string{"second", "undefined"}), "undefined symbol no_such_function"
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m.t = t
			failing, why := tt.need()
			one := m.module("one.so", []string{"needsecond"}, failing)
			two := m.module("two.so", []string{"needsecond"}, failing)
			three := m.module("three.so", []string{"user"}, m.module("first.so", []string{"first"}), one)
			if tt.row == "patch" {
				patch(t, failing)
			}
			m.modules = []string{one, two, three, failing, filepath.Join(m.dir, "first.so")}
			out, status := m.output()
			if w := inOrder(out, "module failing.so: "+why, " (needed by one.so)\n", "module one.so: needs failing.so, which was refused (asked for: boot)\n",
				"module two.so: needs failing.so, which was refused (asked for: boot)\n", "module three.so: needs one.so, which was refused (asked for: boot)\n",
				"first: started\n", "arguments, ends"); w != "" || status != 0 {
				t.Errorf("status %d, %q is not in its place in the output:\n%s", status, w, out)
			}
			if strings.Count(out, "module failing.so: ") != 1 || strings.Contains(out, "needsecond: ") {
				t.Errorf("it was tried again:\n%s", out)
			}
		})
	}
}

// Modules in a circle, and too many in a row, end in lines that say so.
func TestModuleCircle(t *testing.T) {
	t.Parallel()
	m := newModuleImage(t, "args.c")
	a := m.module("a.so", []string{"first"}, m.library("b.so"))
	m.modules = []string{a, m.module("b.so", []string{"user"}, a)}
	last := m.module("c0.so", []string{"first"})
	m.modules = append(m.modules, last)
	for _, name := range []string{"c1.so", "c2.so", "c3.so", "c4.so", "c5.so", "c6.so", "c7.so", "c8.so"} {
		last = m.module(name, []string{"second"}, last)
		m.modules = append([]string{last}, m.modules...)
	}
	out, status := m.output()
	if w := inOrder(out, "module c0.so: more than 8 modules need one another in a row (needed by c1.so)\n", "module c1.so: needs c0.so, which was refused (needed by c2.so)\n",
		"module b.so: needs a.so, which needs itself through others (needed by a.so)\n", "module a.so: needs b.so, which was refused (asked for: boot)\n", "arguments, ends"); w != "" || status != 0 {
		t.Errorf("status %d, %q is not in its place in the output:\n%s", status, w, out)
	}
}

// Constructors and destructors of C, beside start functions, and in a module that
// is refused after they ran.
func TestModuleConstructors(t *testing.T) {
	t.Parallel()
	m := newModuleImage(t, "args.c")
	m.modules = []string{m.module("good.so", []string{"constructor"})}
	started := []string{"constructor: 150 after 0\n", "constructor: 200 after 1\n", "constructor: plain after 2\n", "constructor: started after 3\n"}
	out, status := m.output()
	if w := inOrder(out, append(started, "module good.so: loaded", "arguments, ends")...); w != "" || status != 0 || strings.Contains(out, "destructor") {
		t.Errorf("status %d, %q is not in its place in the output:\n%s", status, w, out)
	}
	m.modules = []string{m.module("bad.so", []string{"constructor", "second"})}
	out, status = m.output()
	if w := inOrder(out, append(started, "module bad.so: init function second_start: error 5 (asked for: boot)\n",
		"constructor: stopped\n", "destructor: plain\n", "destructor: 150\n", "arguments, ends")...); w != "" || status != 0 {
		t.Errorf("refused: status %d, %q is not in its place in the output:\n%s", status, w, out)
	}
}
