package tests

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/build"
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

// Modules come into a finished image and go out of it again. What cannot be added
// is an error that leaves the image as it was.
func TestModuleAdd(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	opt := build.ModuleOptions{}
	for _, flags := range [][]string{nil, {"-static"}} {
		m := newModuleImage(t, "args.c", flags...)
		img := m.build()
		before := sums(t, img.Dir)
		first := m.module("first.so", []string{"first"})
		user := m.module("user.so", []string{"user"}, first)
		old := m.module("old.so", []string{"first"})
		patch(t, old)
		init, err := m.make("init", "void _init(void) {}\n", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct{ module, want string }{
			{old, "was made with another kit"},
			{init, "has an init function of the linker's"},
			{user, "needs first.so, which the image does not have"},
			{m.prog, "is no kernel module"},
			{"./nowhere.so", "no such file"},
			{"nosuch", "nosuch"},
			{"virtio_blk", "virtio_blk is built into this image's kernel"},
			{"acpi", "CONFIG_ACPI cannot be a module: processors, interrupts and buses"},
		} {
			_, err := build.AddModules(ctx, img.Dir, []string{"vsock", tt.module}, opt)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: %v, want %q", tt.module, err, tt.want)
			}
		}
		if after := sums(t, img.Dir); after != before {
			t.Fatalf("the image changed:\n%s\n%s", before, after)
		}

		change, err := build.AddModules(ctx, img.Dir, []string{user, first, "vsock"}, opt)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(change.Added, []string{"first", "user", "virtio_vsock"}) || !change.Relinked || change.ID == img.ID {
			t.Errorf("%+v", change)
		}
		now, err := uk.Open(img.Dir)
		if err != nil {
			t.Fatal(err)
		}
		if out, status := m.boot(now); status != 0 || inOrder(out, "first: started\n", "user: 42\n", "arguments, ends") != "" || strings.Contains(out, "virtio_vsock") {
			t.Errorf("status %d, output:\n%s", status, out)
		}
		list, err := build.ListModules(img.Dir)
		if err != nil || len(list) != 3 || !list[0].Boot || list[2].Boot || list[2].Name != "virtio_vsock" {
			t.Errorf("%v, %+v", err, list)
		}
		for module, want := range map[string]string{first: "has a module first already", "vsock": "has the module virtio_vsock already"} {
			if _, err := build.AddModules(ctx, img.Dir, []string{module}, opt); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s a second time: %v", module, err)
			}
		}
		if _, err := build.RemoveModules(ctx, img.Dir, []string{"first"}, opt); err == nil || !strings.Contains(err.Error(), "user needs first: remove user as well, or neither") {
			t.Errorf("removed what another one needs: %v", err)
		}
		if _, err := build.RemoveModules(ctx, img.Dir, []string{"rng"}, opt); err == nil || !strings.Contains(err.Error(), "virtio_rng is built in, it is no module") {
			t.Errorf("removed what is built in: %v", err)
		}
		if _, err := build.RemoveModules(ctx, img.Dir, []string{"first", "user", "vsock"}, opt); err != nil {
			t.Error(err)
		}
		if after := sums(t, img.Dir); after != before {
			t.Errorf("with everything removed again:\n%s\n%s", before, after)
		}
		left, err := filepath.Glob(filepath.Join(m.dir, ".uk-*"))
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
}

// sums are digests of an image's kernel and root file system.
func sums(t *testing.T, dir string) string {
	t.Helper()
	var out strings.Builder
	for _, name := range []string{"kernel.elf", "root.rofs"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s %x\n", name, sha256.Sum256(data))
	}
	return out.String()
}

// needed has a function for others, and a variable that a constructor sets before the module starts.
const needed = `#include "kernel.h"
#include "module.h"
static int value;
__attribute__((constructor)) static void early(void) { value = 41; }
static int start(void) { value++; return 0; }
MODULE_INIT(start, NULL);
int needed_value(void) { return value; }
`

const needing = `#include "kernel.h"
#include "module.h"
int needed_value(void);
static int start(void) { kprintf("needing: %d\n", needed_value()); return 0; }
MODULE_INIT(start, NULL);
`

// The module of docs/modules.md, made by its line, and two more of which one needs the other.
func TestModuleOfOnesOwn(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/modules.md")
	if err != nil {
		t.Fatal(err)
	}
	_, source, ok := strings.Cut(string(text), "    /* mine.c */\n")
	source, _, end := strings.Cut(source, "\nOne line builds it")
	if !ok || !end {
		t.Fatal("the page has no module mine.c any more")
	}
	m := newModuleImage(t, "args.c")
	for name, text := range map[string]string{"mine.c": source, "more.c": "int more(void) { return 1; }\n",
		"needed.c": needed, "needing.c": needing} {
		if err := os.WriteFile(filepath.Join(m.dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	rules, err := filepath.Abs("../kernel/kit/module.mk")
	if err != nil {
		t.Fatal(err)
	}
	m.run("make", "-C", m.dir, "-f", rules, "KIT="+m.kit, "SOURCES=more.c", "mine.so")
	m.run("make", "-C", m.dir, "-f", rules, "KIT="+m.kit, "needed.so")
	m.run("make", "-C", m.dir, "-f", rules, "KIT="+m.kit, "NEEDS=needed.so", "SOURCES=more.c", "needing.so")
	m.modules = []string{filepath.Join(m.dir, "needing.so"), filepath.Join(m.dir, "needed.so"), filepath.Join(m.dir, "mine.so")}
	if out, status := m.output(); status != 0 || inOrder(out, "needing: 42\n", "mine: ", " pages are free\n", "module mine.so: loaded for boot", "arguments, ends") != "" {
		t.Errorf("status %d, output:\n%s", status, out)
	}
}
