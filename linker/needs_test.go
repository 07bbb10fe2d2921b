package linker

import (
	"reflect"
	"strings"
	"testing"
)

func TestNeeds(t *testing.T) {
	n := &Needs{
		Profile:  "/a b/*/p%.conf",
		Settings: []Setting{{Config: "VIRTIO_RNG", Value: 'm'}, {Config: "TTY", Value: 'y'}},
		Roots:    []string{"exec_dynamic", "map_asked"}, Syscalls: strings.Fields(strings.Repeat("long_name_of_a_call ", 20)),
		Optional: []string{"a"}, Local: []string{"b", "c"}, Modules: []string{"/x\n*/y.so"},
	}
	text := "{ global: a; local: *; };\n" + n.Comments()
	if strings.Count(text, "*/") != strings.Count(text, "/*") {
		t.Errorf("a comment ends too early:\n%s", text)
	}
	for _, line := range strings.Split(text, "\n") {
		if len(line) > needsWidth+30 {
			t.Errorf("%d bytes in a line: %s", len(line), line)
		}
	}
	if _, err := parseVersionScript("v", []byte(text)); err != nil {
		t.Error(err)
	}
	got, err := ParseNeeds("v", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for i := range got.Settings {
		got.Settings[i].Where = ""
	}
	if !reflect.DeepEqual(got, n) {
		t.Errorf("got  %+v\nwant %+v", got, n)
	}
	if s := new(Needs).Comments(); s != "" {
		t.Errorf("of nothing: %q", s)
	}
	// A guest's file in OSv's form is none of these lines.
	if got, err := ParseNeeds("v", []byte("/*------- /uk parts x */\n/* uk parts x */\n")); err != nil || got.Roots != nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestNeedsErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"/*------- uk nonsense a */", `v:1: what a comment for uk says of "nonsense" is not known here`},
		{"\n/*------- uk */", "v:2: a comment for uk without words"},
		{"/*------- uk parts %4 */", `v:1: "%4" is not written as a word`},
		{"/*------- uk drivers -x=y */", `driver option "-x=y"`},
		{"/*------- uk profile a */\n/*------- uk profile b */", `v:2: what a comment for uk says of "profile"`},
	} {
		_, err := ParseNeeds("v", []byte(tt.text))
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
}
