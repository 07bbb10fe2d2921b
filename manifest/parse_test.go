package manifest

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestParseErrors(t *testing.T) {
	defines := map[string]string{
		"self": "x%(self)s", "a": "%(b)s/1", "b": "${c}", "c": "%(a)s", "empty": "",
		"l0": strings.Repeat("%(l1)s", 100), "l1": strings.Repeat("%(l2)s", 100), "l2": strings.Repeat("%(l3)s", 100), "l3": strings.Repeat("x", 1000),
	}
	for _, c := range []struct {
		text, want string
	}{
		{"/a", `m:1: "/a" is no rule; write "/guest/path: host/path", with a colon and a space`},
		{"\n/a:\tb", `m:2: "/a:\tb" is no rule`},
		{"/a: ", "m:1: /a: no host path follows; write the host's path after it"},
		{": b", "m:1: no guest path before the colon"},
		{"x : ", `m:1: x : no host path follows`},
		{"/a: b: c", "m:1: /a: the host path holds another colon and space"},
		{"/a/../b: c", "m:1: /a/../b: the guest path holds .."},
		{"/" + strings.Repeat("n", 256) + ": c", "a name in the guest path has 256 bytes, at most 255 fit"},
		{"/a\x00: c", "m:1: the line holds a NUL byte"},
		{"/a: 100%", `m:1: "%" is no variable; write %(name)s for a variable and %% for a percent sign`},
		{"/a: %d", `m:1: "%d" is no variable`},
		{"/a: %(x", `the variable in "%(x" has no end`},
		{"/a: %(x)d", `the variable in "%(x)d" has no end; write %(name)s`},
		{"/a: ${x", `the variable in "${x" has no end`},
		{"/a: %(nope)s/x", `m:1: variable "nope" is not defined; add -D nope=DATA (defined are: a b c`},
		{"/a: ${OSV_BASE}/x", `variable "OSV_BASE" is not defined`},
		{"/a: %(self)s", "m:1: a variable refers to itself: self uses self; give one of them a value"},
		{"/a: %(a)s", "m:1: a variable refers to itself: a uses b uses c uses a"},
		{"/a: %(l0)s", "m:1: variables make the line longer than 65536 bytes"},
		{"/a: %(empty)s", "m:1: /a: the host path is empty once its variables are replaced"},
		{"[apps]", "m:1: unknown section [apps]; the sections are [manifest], [app], [kernel] and [files]"},
		{"[app]\nfoo = 1", `m:2: [app] has no key "foo"; the keys are argv0, command, cpus, cwd, env, memory, mounts`},
		{"[kernel]\nmemory = 1", `m:2: [kernel] has no key "memory"; the keys are aslr, dlsym, drivers,`},
		{"[app]\n/a: b", `m:2: "/a: b" is no setting of [app]; write "key = value"`},
		{"[app]\nmemory = 1M\nmemory = 2M", "m:3: memory was set before, in line 2; keep one"},
		{"[app]\nmemory = lots", `m:2: memory: "lots" is no size; write a number and K, M or G, as 64M`},
		{"[app]\nmemory = 99999999999G", "is no size"},
		{"[app]\nmemory = -1M", "is no size"},
		{"[app]\nmemory =", "m:2: memory has no value"},
		{"[app]\ncpus = 0", `cpus: "0" is no number of CPUs; write 1 to 256`},
		{"[app]\ncommand = a 'b", "command: a ' quote is not closed; close the quote"},
		{"[app]\ncommand = ''", "the command is empty"},
		{"[app]\nenv = x", `env: "x" sets no variable; write NAME=VALUE, one a line`},
		{"[app]\ncwd = tmp", `cwd: "tmp" is no absolute path`},
		{"[app]\nmounts = /dev/vdb /data", `mounts: "/dev/vdb /data" is no mount; write SOURCE TARGET TYPE or`},
		{"[app]\nmounts = a b c d e", `"a b c d e" is no mount`},
		{"[app]\nmounts = /dev/vdb data iso9660", `"data" is no absolute path`},
		{"[app]\nmounts = /dev/vdb // iso9660", "the root file system is mounted on /; name a folder"},
		{"[kernel]\ndrivers = -a=y", `drivers: "-a=y" is no driver setting`},
		{"[kernel]\ndrivers = +", `drivers: "+" is no driver setting`},
		{"[kernel]\ndrivers = a=z", `drivers: "a=z" is no driver setting`},
		{"[kernel]\nlibc = glibc", `libc: "glibc" is not known here; write one of kernel, image`},
		{"[kernel]\ndlsym = yes", "write one of auto, warn, off"},
	} {
		_, err := Parse("m", []byte(c.text), Options{Defines: defines})
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || e.Fix == "" {
			t.Errorf("%.60q: error %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestParseRules(t *testing.T) {
	text := "\ufeff# comment\n" +
		"  # another\r\n" +
		"/before/section: x\n" +
		" \t[manifest]\n\n" +
		"/a: b \n" +
		"  /b/:c/d : e f\n" +
		"no/slash: x\n" +
		"//double//./slash/: x\n" +
		"/v: %(dir)s/%(name)s-100%%.$x\n" +
		"/${dir}/w: ${dir}/w\n" +
		"/m: ${MODULE_DIR}/m\n" +
		"/l: ->%(dir)s/target\n" +
		"[app]\n[manifest]\n/last: x"
	m, err := Parse("m", []byte(text), Options{Dir: "/mod", Defines: map[string]string{"dir": "/d/%(name)s", "name": "n%"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []Rule{
		{"/before/section", "x", Pos{"m", 3}},
		{"/a", "b", Pos{"m", 6}},
		{"/b/:c/d", "e f", Pos{"m", 7}},
		{"/no/slash", "x", Pos{"m", 8}},
		{"/double/slash", "x", Pos{"m", 9}},
		{"/v", "/d/n%/n%-100%.$x", Pos{"m", 10}},
		{"/d/n%/w", "/d/n%/w", Pos{"m", 11}},
		{"/m", "/mod/m", Pos{"m", 12}},
		{"/l", "->/d/n%/target", Pos{"m", 13}},
		{"/last", "x", Pos{"m", 16}},
	}
	for i, r := range m.Rules {
		if i >= len(want) || r != want[i] {
			t.Errorf("rule %d is %+v", i, r)
		}
	}
	if len(m.Rules) != len(want) {
		t.Errorf("%d rules, want %d", len(m.Rules), len(want))
	}
}

func TestParseSections(t *testing.T) {
	text := `
[app]
command = /app -x "two words" 'a"b' c\ d "" %d %(v)s ${HOME} %(x
env = A=1
env = "B=two words"
env =
	C=3 = three
	# a comment
  D=
cwd: /tmp/../var/
mounts = /dev/vdb /iso/ iso9660
	share0  /my\040data 9p trans=virtio,ro
memory = 1536 KiB
cpus=4
[kernel]
profile = virtio-mmio
drivers = +virtio_blk, virtio_console=m
 -virtio_net
modules = ext.so
symbols = a b
symbols = c
syscalls = all
libc = image
dlsym = off
aslr = 17
`
	m, err := Parse("m", []byte(text), Options{Defines: map[string]string{"v": "var"}})
	if err != nil {
		t.Fatal(err)
	}
	app := App{
		Command: []string{"/app", "-x", "two words", `a"b`, "c d", "", "%d", "var", "${HOME}", "%(x"},
		Env:     []string{"A=1", "B=two words", "C=3 = three", "D="},
		Cwd:     "/var", Memory: 1536 << 10, CPUs: 4,
		Mounts: []Mount{{"/dev/vdb", "/iso", "iso9660", ""}, {"share0", "/my data", "9p", "trans=virtio,ro"}},
	}
	kernel := Kernel{
		Profile: "virtio-mmio", Drivers: []string{"virtio_blk=y", "virtio_console=m", "virtio_net=n"}, Modules: []string{"ext.so"},
		Symbols: []string{"a", "b", "c"}, Syscalls: []string{"all"}, Libc: "image", Dlsym: "off", ASLR: "17",
	}
	if !reflect.DeepEqual(m.App, app) {
		t.Errorf("app %+v\nwant %+v", m.App, app)
	}
	if !reflect.DeepEqual(m.Kernel, kernel) {
		t.Errorf("kernel %+v\nwant %+v", m.Kernel, kernel)
	}
	if got := m.Where["kernel.profile"]; got.String() != "m:16" {
		t.Errorf("profile is said to be set at %v", got)
	}
	// What is written reads back the same.
	var b strings.Builder
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	again, err := Parse("again", []byte(b.String()), Options{})
	if err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	if !reflect.DeepEqual(again.App, m.App) || !reflect.DeepEqual(again.Kernel, m.Kernel) {
		t.Errorf("read back as %+v %+v from\n%s", again.App, again.Kernel, b.String())
	}
}

func TestParseSize(t *testing.T) {
	for s, want := range map[string]int64{"1": 1, "64M": 64 << 20, "64 MiB": 64 << 20, "2g": 2 << 30, "3KB": 3 << 10, "1T": 1 << 40,
		"": 0, "M": 0, "0": 0, "1X": 0, "1MM": 0, "0x10": 0, "1.5G": 0, "9223372036854775807K": 0} {
		got, err := ParseSize(s)
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("ParseSize(%q) = %d, %v", s, got, err)
		}
	}
}

// A name that the program finds as its own is one word, perhaps an empty one, and is written as it was read.
func TestArgv0(t *testing.T) {
	for _, tt := range []struct{ line, want string }{{`""`, ""}, {"-sh", "-sh"}, {`"two words"`, "two words"}} {
		m, err := Parse("m", []byte("[app]\ncommand = /p\nargv0 = "+tt.line+"\n"), Options{})
		if err != nil || m.App.Argv0 == nil || *m.App.Argv0 != tt.want {
			t.Errorf("%s: %v", tt.line, err)
			continue
		}
		var b strings.Builder
		if _, err := m.WriteTo(&b); err != nil || !strings.Contains(b.String(), "argv0 = "+tt.line+"\n") {
			t.Errorf("%s is written as\n%s", tt.line, b.String())
		}
	}
	if _, err := Parse("m", []byte("[app]\nargv0 = two words\n"), Options{}); err == nil {
		t.Error("two words are taken")
	}
}
