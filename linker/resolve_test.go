package linker

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/quick"
)

func TestParseKconfig(t *testing.T) {
	got, err := ParseKconfig("x.kconfig", []byte(`# Block devices
config VIRTIO_BLK
	tristate "Block device"
	depends on VIRTIO && BLOCK
	depends on MMIO || PCI
	select CACHE
	default m if PCI && CACHE
	default y
	serves disk
	serves device "block device"
	help
	  Reads and writes
	  blocks.

	  Fast.

config VIRTIO
	bool "Virtio"
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Driver{
		{Name: "virtio_blk", Config: "VIRTIO_BLK", Type: TypeTristate, Prompt: "Block device", Help: "Reads and writes blocks. Fast.",
			Depends: []string{"VIRTIO", "BLOCK", "MMIO || PCI"}, Selects: []string{"CACHE"},
			Defaults: []Default{{"m", []string{"PCI", "CACHE"}}, {Value: "y"}}, Serves: []Service{{Kind: "disk"}, {"device", "block device"}}, Where: "x.kconfig:2"},
		{Name: "virtio", Config: "VIRTIO", Type: TypeBool, Prompt: "Virtio", Depends: []string{}, Selects: []string{}, Where: "x.kconfig:17"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if names := got[0].Names(); strings.Join(names, " ") != "VIRTIO BLOCK MMIO PCI CACHE PCI CACHE" {
		t.Errorf("names %v", names)
	}
	const a = "config A\n bool\n"
	for text, want := range map[string]string{
		"tristate \"x\"":           `x.kconfig:1: "tristate" before the first config line`,
		"config lower":             `x.kconfig:1: config needs a name of capital letters, digits and _, not "lower"`,
		"config":                   `x.kconfig:1: config needs a name of capital letters, digits and _, not ""`,
		a + " depends on !B":       `x.kconfig:3: depends on: "!B" is not a config name (names joined by && or by || are understood)`,
		a + " depends on":          "x.kconfig:3: write `depends on NAME`, not \"depends on\"",
		a + " depends on B &&":     `x.kconfig:3: depends on: "" is not a config name (names joined by && or by || are understood)`,
		a + " depends on B&&C||D":  `x.kconfig:3: depends on: && and || in one line: write a line for each part that is joined by &&`,
		a + " serves":              `x.kconfig:3: serves: "" is no kind of lower-case letters, digits and -, with a name behind it or none`,
		a + " serves a \x1b[1m":    `x.kconfig:3: serves: "a \x1b[1m" is no kind of lower-case letters, digits and -, with a name behind it or none`,
		a + " depends B":           "x.kconfig:3: write `depends on NAME`, not \"depends B\"",
		a + " select b":            `x.kconfig:3: select: "b" is not a config name`,
		a + " default yes":         `x.kconfig:3: default: "yes" is not y, m or n`,
		a + " default y if B || C": `x.kconfig:3: default if: "B || C" is not a config name (names joined by && or by || are understood)`,
		a + " tristate":            `x.kconfig:3: CONFIG_A is a bool already: remove one`,
		a + "\n frob":              `x.kconfig:4: unknown word "frob": use config, tristate, bool, builtin, depends on, select, default, serves or help`,
		a + a:                      `x.kconfig:3: config A is already at x.kconfig:1: remove one`,
		"config A\n help\n  x":     `x.kconfig:1: CONFIG_A has no type: add a line with bool or tristate`,
		"config A\nconfig B":       `x.kconfig:1: CONFIG_A has no type: add a line with bool or tristate`,
	} {
		if _, err := ParseKconfig("x.kconfig", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: error %v\nwant %s", text, err, want)
		}
	}
}

func TestParseProfile(t *testing.T) {
	got, err := ParseProfile("p.conf", []byte("# comment\n\nCONFIG_A=y\r\n  CONFIG_B_2=m\n# CONFIG_C is not set\n"))
	want := []Setting{{"A", 'y', "p.conf:3"}, {"B_2", 'm', "p.conf:4"}, {"C", 'n', "p.conf:5"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	for text, want := range brokenProfiles {
		if _, err := ParseProfile("p.conf", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: error %v\nwant %s", text, err, want)
		}
	}
}

var brokenProfiles = map[string]string{
	"\nA=y":                       `p.conf:2: "A=y" is not a setting: write CONFIG_NAME=y, m or n`,
	"CONFIG_A":                    `p.conf:1: "CONFIG_A" is not a setting: write CONFIG_NAME=y, m or n`,
	"CONFIG_=y":                   `p.conf:1: "CONFIG_=y" is not a setting: write CONFIG_NAME=y, m or n`,
	"CONFIG_A = y":                `p.conf:1: "CONFIG_A = y" is not a setting: write CONFIG_NAME=y, m or n`,
	"CONFIG_A=yes":                `p.conf:1: CONFIG_A: the value must be y, m or n, not "yes"`,
	"CONFIG_A=y # x":              `p.conf:1: CONFIG_A: the value must be y, m or n, not "y # x"`,
	"CONFIG_A=":                   `p.conf:1: CONFIG_A: the value must be y, m or n, not ""`,
	"CONFIG_A=y\n\nCONFIG_A=n":    `p.conf:3: CONFIG_A was already set at p.conf:1: remove one`,
	"# CONFIG_a is not set":       `p.conf:1: "# CONFIG_a is not set" is not a setting: write CONFIG_NAME=y, m or n`,
	"\x00\x01\x7f":                `p.conf:1: "\x00\x01\x7f" is not a setting: write CONFIG_NAME=y, m or n`,
	strings.Repeat("x", 1<<16):    `p.conf:1: "` + strings.Repeat("x", 60) + `..." is not a setting: write CONFIG_NAME=y, m or n`,
	"CONFIG_A=y\nCONFIG_A\u2028=": `p.conf:2: "CONFIG_A\u2028=" is not a setting: write CONFIG_NAME=y, m or n`,
}

func TestParseDrivers(t *testing.T) {
	for options, want := range map[string]string{
		"rng":                          "RNG=y",
		"+rng,-net,console=m":          "RNG=y NET=n CONSOLE=m",
		" rng , CONFIG_VIRTIO-blk=n\t": "RNG=y VIRTIO_BLK=n",
		"+rng=m":                       "RNG=m",
		"":                             "",
		",,":                           "",
		"blk=on":                       `driver option "blk=on": write NAME, +NAME, -NAME, or NAME=y, m or n`,
		"-blk=y":                       `driver option "-blk=y": write NAME, +NAME, -NAME, or NAME=y, m or n`,
		"+":                            `driver option "+": write NAME, +NAME, -NAME, or NAME=y, m or n`,
		"-":                            `driver option "-": write NAME, +NAME, -NAME, or NAME=y, m or n`,
		"=y":                           `driver option "=y": write NAME, +NAME, -NAME, or NAME=y, m or n`,
		"a\x1b[2J":                     `driver option "a\x1b[2J": write NAME, +NAME, -NAME, or NAME=y, m or n`,
	} {
		if got := settingsText(ParseDrivers(options, "")); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", options, got, want)
		}
	}
	if got := settingsText(ParseDrivers("blk=on", "m:3")); got != `m:3: driver option "blk=on": write NAME, +NAME, -NAME, or NAME=y, m or n` {
		t.Errorf("with a place: %s", got)
	}
}

func settingsText(s []Setting, err error) string {
	if err != nil {
		return err.Error()
	}
	var parts []string
	for _, x := range s {
		parts = append(parts, fmt.Sprintf("%s=%c", x.Config, x.Value))
	}
	return strings.Join(parts, " ")
}

// configKit makes a kit of descriptions, without archives.
func configKit(t testing.TB, text string) *Kit {
	t.Helper()
	drivers, err := ParseKconfig("k", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return NewConfigKit(drivers)
}

const resolveKconfig = `
config BLK
 tristate
 depends on BUS
config NET
 tristate
 depends on BUS && STACK
 select VIRTIO_RNG
config VIRTIO_RNG
 tristate
 depends on BUS
config STACK
 tristate
 depends on NET
config BUS
 tristate
config CORE
 bool
config FEATURE
 tristate
 depends on CORE
 depends on BUS
config DISK
 tristate
 depends on MMIO || PCI
config MMIO
 tristate
 select BUS
config PCI
 tristate
 depends on CORE
 select BUS
config LOG
 bool
 default y if BLK
config TRACE
 tristate
 depends on BUS
 default y
config EXTRA_DEBUG
 bool
 depends on LOG
 default y if NET
 default n
config VSOCK_A
 tristate
config VSOCK_B
 tristate
config B_VSOCK
 tristate
config A_VSOCK
 tristate
`

// Values are compared as the sorted list of what is selected.
func TestResolve(t *testing.T) {
	k := configKit(t, resolveKconfig)
	for _, tt := range []struct{ profile, options, want string }{
		{"", "", ""},
		{"CONFIG_VIRTIO_RNG=y", "", "bus trace virtio_rng"},
		{"CONFIG_VIRTIO_RNG=m", "", "bus=m trace=m virtio_rng=m"},
		{"CONFIG_BLK=y", "-log", "blk bus trace"},
		{"CONFIG_BLK=y", "", "blk bus log trace"},
		// A cycle ends.
		{"CONFIG_NET=y", "", "bus net stack trace virtio_rng"},
		{"CONFIG_NET=y\nCONFIG_BLK=n", "", "bus net stack trace virtio_rng"},
		// Options are stronger than lines, the later stronger than the earlier.
		{"CONFIG_BLK=y", "blk=n", ""},
		{"CONFIG_BLK=n", "BLK,-trace", "blk bus log"},
		{"", "+blk -blk", ""},
		{"", "-blk,+blk,trace=n", "blk bus log"},
		{"CONFIG_BLK=m", "-trace,-log,blk", "blk bus"},
		// Short names, of options only.
		{"", "rng,-trace", "bus virtio_rng"},
		{"", "debug,-trace,-core", "extra_debug log"},
		{"CONFIG_RNG=y", "", "p.conf:1: no driver CONFIG_RNG in the kit: it has CONFIG_A_VSOCK, CONFIG_BLK, CONFIG_BUS, CONFIG_B_VSOCK, CONFIG_CORE, CONFIG_DISK, CONFIG_EXTRA_DEBUG, CONFIG_FEATURE, CONFIG_LOG, CONFIG_MMIO, CONFIG_NET, CONFIG_PCI, CONFIG_STACK, CONFIG_TRACE, CONFIG_VIRTIO_RNG, CONFIG_VSOCK_A, CONFIG_VSOCK_B"},
		{"", "-vsock", "driver option -vsock: VSOCK may be CONFIG_A_VSOCK or CONFIG_B_VSOCK: write the whole name"},
		{"", "vsock", "driver option vsock: VSOCK may be CONFIG_A_VSOCK or CONFIG_B_VSOCK: write the whole name"},
		// m needs m at least; y raises it; a bool that a module needs is y.
		{"CONFIG_BLK=m\nCONFIG_VIRTIO_RNG=y", "-trace,-log", "blk=m bus virtio_rng"},
		{"CONFIG_FEATURE=m", "-trace", "bus=m core feature=m"},
		{"CONFIG_BUS=m\nCONFIG_BLK=m", "-trace,-log", "blk=m bus=m"},
		{"CONFIG_CORE=m", "", "p.conf:1: CONFIG_CORE=m: it cannot be a module: use y or n"},
		// Contradictions name both lines, and what is between them.
		{"CONFIG_BUS=n\nCONFIG_BLK=y", "", "p.conf:2: CONFIG_BLK=y needs CONFIG_BUS, but p.conf:1 sets it to n: change one of the two"},
		{"CONFIG_BUS=m\nCONFIG_BLK=y", "", "p.conf:2: CONFIG_BLK=y needs CONFIG_BUS built in, but p.conf:1 sets it to m: change one of the two"},
		{"CONFIG_BUS=n\nCONFIG_BLK=m", "", "p.conf:2: CONFIG_BLK=m needs CONFIG_BUS, but p.conf:1 sets it to n: change one of the two"},
		{"CONFIG_NET=y", "rng=n", "p.conf:1: CONFIG_NET=y needs CONFIG_VIRTIO_RNG, but driver option rng=n sets it to n: change one of the two"},
		{"CONFIG_STACK=y", "rng=n", "p.conf:1: CONFIG_STACK=y needs CONFIG_VIRTIO_RNG (through CONFIG_NET), but driver option rng=n sets it to n: change one of the two"},
		// One of several: what is there already, else the first that may be.
		{"CONFIG_DISK=y", "-trace", "bus disk mmio"},
		{"CONFIG_DISK=y\nCONFIG_PCI=y", "-trace", "bus core disk pci"},
		{"CONFIG_DISK=m\nCONFIG_PCI=y", "-trace", "bus core disk=m pci"},
		{"CONFIG_DISK=y\nCONFIG_MMIO=n\nCONFIG_PCI=y", "-trace", "bus core disk pci"},
		{"CONFIG_DISK=y\nCONFIG_MMIO=m\nCONFIG_PCI=y", "-trace", "bus core disk mmio=m pci"},
		{"CONFIG_DISK=y\nCONFIG_MMIO=n", "", "p.conf:1: CONFIG_DISK=y needs CONFIG_MMIO or CONFIG_PCI, but p.conf:2 sets CONFIG_MMIO to n: change it, or add CONFIG_PCI=y"},
		{"CONFIG_DISK=y\nCONFIG_MMIO=m", "", "p.conf:1: CONFIG_DISK=y needs CONFIG_MMIO or CONFIG_PCI built in, but p.conf:2 sets CONFIG_MMIO to m: change it, or add CONFIG_PCI=y"},
		{"CONFIG_DISK=y\nCONFIG_CORE=n", "-trace", "bus disk mmio"},
		{"CONFIG_DISK=y\nCONFIG_MMIO=n\nCONFIG_CORE=n", "", "p.conf:1: CONFIG_DISK=y needs CONFIG_MMIO or CONFIG_PCI, but p.conf:2 sets CONFIG_MMIO to n and p.conf:3 sets CONFIG_CORE to n: change one of them"},
		{"CONFIG_DISK=y\nCONFIG_MMIO=n\nCONFIG_PCI=n", "", "p.conf:1: CONFIG_DISK=y needs CONFIG_MMIO or CONFIG_PCI, but p.conf:2 sets CONFIG_MMIO to n and p.conf:3 sets CONFIG_PCI to n: change one of them"},
		// Defaults follow what is there and bring in nothing that they depend on.
		{"CONFIG_NET=y\nCONFIG_BLK=y", "", "blk bus extra_debug log net stack trace virtio_rng"},
		{"CONFIG_NET=m\nCONFIG_BLK=m", "", "blk=m bus=m extra_debug log net=m stack=m trace=m virtio_rng=m"},
		{"none", "blk", "blk bus"},
		// What the kit lacks cannot be added, and leaving it out changes nothing.
		{"CONFIG_TAPE=y", "", "p.conf:1: no driver CONFIG_TAPE in the kit: it has"},
		{"CONFIG_TAPE=n", "-tape,blk,-trace,-log", "blk bus; p.conf:1: no driver CONFIG_TAPE in the kit"},
		{"", "blk=on", `driver option "blk=on": write NAME, +NAME, -NAME, or NAME=y, m or n`},
	} {
		got := resolveText(k, tt.profile, tt.options)
		if got != tt.want && !(strings.Contains(tt.want, "TAPE") && strings.HasPrefix(got, tt.want)) {
			t.Errorf("%q with %q:\ngot  %s\nwant %s", tt.profile, tt.options, got, tt.want)
		}
	}
}

// resolveText is what a profile and options come to, in a line.
func resolveText(k *Kit, profile, options string) string {
	p := &Profile{Name: "p", NoDefaults: profile == "none"}
	if !p.NoDefaults {
		var err error
		if p.Settings, err = ParseProfile("p.conf", []byte(profile)); err != nil {
			return err.Error()
		}
	}
	over, err := ParseDrivers(options, "")
	if err != nil {
		return err.Error()
	}
	r, err := k.Resolve(p, over)
	if err != nil {
		return err.Error()
	}
	var names []string
	for _, s := range r.Selected {
		n := s.Name
		if s.Value == 'm' {
			n += "=m"
		}
		names = append(names, n)
	}
	return strings.Join(append([]string{strings.Join(names, " ")}, r.Warnings...), "; ")
}

func TestResolveWhy(t *testing.T) {
	k := configKit(t, resolveKconfig)
	s, _ := ParseProfile("p.conf", []byte("CONFIG_STACK=y\nCONFIG_BLK=m"))
	over, _ := ParseDrivers("disk", "")
	r, err := k.Resolve(&Profile{Name: "p", Settings: s}, over)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range r.Selected {
		got = append(got, fmt.Sprintf("%s=%c %s", s.Name, s.Value, s.Why))
	}
	want := []string{
		"blk=m p.conf:2",
		"bus=y needed by CONFIG_NET (p.conf:1)",
		"disk=y driver option disk",
		"extra_debug=y default (k:40)",
		"log=y default (k:33)",
		"mmio=y needed by CONFIG_DISK (driver option disk)",
		"net=y needed by CONFIG_STACK (p.conf:1)",
		"stack=y p.conf:1",
		"trace=y default (k:36)",
		"virtio_rng=y selected by CONFIG_NET (p.conf:1)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Whatever the lines are: either there is an error, or no line is disobeyed and
// everything that is selected has what it needs.
func TestResolveHolds(t *testing.T) {
	k := configKit(t, resolveKconfig)
	check := func(lines []uint16) bool {
		p := &Profile{Name: "p"}
		for i, l := range lines[:min(len(lines), 8)] {
			d := &k.Drivers[int(l>>2)%len(k.Drivers)]
			p.Settings = append(p.Settings, Setting{d.Config, "nmyy"[l&3], fmt.Sprint("line ", i)})
		}
		r, err := k.Resolve(p, nil)
		if err != nil {
			return strings.Contains(err.Error(), "line ")
		}
		for _, s := range r.Settings {
			if v := r.Value(s.Config); v != s.Value && !(s.Value == 'm' && v == 'y' && k.byConfig[s.Config].Type == TypeBool) {
				t.Logf("%v: %s is %c", p.Settings, s.Config, v)
				return false
			}
		}
		for _, s := range r.Selected {
			for _, n := range s.needs() {
				if !slices.ContainsFunc(n.alternatives, func(c string) bool { return rank(r.Value(c)) >= rank(s.Value) }) {
					t.Logf("%v: %s=%c lacks %v", p.Settings, s.Config, s.Value, n.alternatives)
					return false
				}
			}
		}
		return true
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 20000}); err != nil {
		t.Error(err)
	}
}

func TestProfileFiles(t *testing.T) {
	dir := t.TempDir()
	k := configKit(t, resolveKconfig)
	k.Dir = dir
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("profiles/base.conf", "")
	write("own.conf", "CONFIG_BLK=y\n")
	for name, want := range map[string]string{
		"base":                         "base 0",
		filepath.Join(dir, "own.conf"): "own 1",
		"none":                         "none 0",
		"turbo":                        `unknown profile "turbo": the kit ` + dir + ` has base; a file's name has a slash or ends in .conf`,
		"a\nb":                         `unknown profile "a\nb": the kit ` + dir + ` has base; a file's name has a slash or ends in .conf`,
		"./nowhere":                    `./nowhere: no such profile file: the kit's own profiles are base`,
		"/dev/zero":                    `/dev/zero: larger than 1048576 bytes`,
		"/":                            `read /: is a directory`,
	} {
		got := ""
		if p, err := k.Profile(name); err != nil {
			got = err.Error()
		} else {
			got = fmt.Sprint(p.Name, " ", len(p.Settings))
		}
		if got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", name, got, want)
		}
	}
}

func FuzzKconfig(f *testing.F) {
	f.Add([]byte(resolveKconfig))
	f.Add([]byte("config A\n\tbool \"x\"\n\tdepends on B && C\n\thelp\n\t  text\n"))
	f.Add([]byte("config A\n help\nconfig B\n  bool\n default y if\n depends on ||\n select \x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		drivers, err := ParseKconfig("f", data)
		if err == nil {
			for i := range drivers {
				drivers[i].Names()
				if drivers[i].Type == "" {
					t.Error("a driver has no type")
				}
			}
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("the error has more than one line: %q", err)
		}
	})
}

// FuzzResolve reads a profile and options as a stranger wrote them.
func FuzzResolve(f *testing.F) {
	for text := range brokenProfiles {
		f.Add(text, "")
	}
	f.Add("CONFIG_BLK=y\nCONFIG_BUS=n\nCONFIG_CORE=m", "+rng,-net,console=m")
	f.Add("CONFIG_DISK=y\n# CONFIG_MMIO is not set\n", "-pci")
	f.Add("none", "net=y,,-bus,+=n")
	f.Add(strings.Repeat("CONFIG_BLK=y\n", 1000), strings.Repeat("blk,-blk,", 1000))
	k := configKit(f, resolveKconfig)
	f.Fuzz(func(t *testing.T, profile, options string) {
		if got := resolveText(k, profile, options); strings.Contains(got, "\n") {
			t.Errorf("more than one line: %q", got)
		}
		e, err := NewEditor(k, "p", []byte(profile))
		if err != nil {
			return
		}
		if got := string(e.Text()); got != profile {
			t.Errorf("the editor makes %q of %q", got, profile)
		}
		for _, value := range []byte("ymn") {
			if _, err := e.Set("DISK", value); err != nil || e.Resolution().Value("DISK") != value {
				t.Errorf("%q: DISK is not %c: %v", profile, value, err)
			}
		}
	})
}
