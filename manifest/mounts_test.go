package manifest

import (
	"strings"
	"testing"
)

func TestAddFolder(t *testing.T) {
	m := &Manifest{Entries: []Entry{
		{Guest: "/bin/prog", Host: "prog"}, {Guest: "/srv", Dir: true}, {Guest: "/link", Link: "/srv"}, {Guest: "/etc/passwd", Data: []byte{}},
	}}
	for _, c := range []struct{ guest, made, fail string }{
		{"/data", "/data", ""},
		{"/data", "", ""},
		{"/a//b/./c/", "/a/b/c", ""},
		{"/a", "", ""}, // above what is there
		{"/etc", "", ""},
		{"/srv", "", ""},
		{"/srv/x", "/srv/x", ""},
		{"/link", "", ""},
		{"/link/x/y", "", ""},
		{"/tmp/x/y", "/tmp/x/y", ""}, // which only some kernels hide
		{"/bin/prog", "", "m:7: /bin/prog: is a file, nothing can be mounted there; choose another folder"},
		{"/etc/passwd/x", "", "m:7: /etc/passwd: is a file"},
		{"/" + strings.Repeat("x", 300), "", "a name in the guest path has 300 bytes"},
	} {
		n := len(m.Entries)
		err := m.AddFolder(c.guest, Pos{"m", 7})
		if c.fail != "" && (err == nil || !strings.Contains(err.Error(), c.fail)) || c.fail == "" && err != nil {
			t.Errorf("%s: %v, want %s", c.guest, err, c.fail)
		}
		made := ""
		for _, e := range m.Entries[n:] {
			if made += e.Guest; !e.Dir {
				t.Errorf("%s: %+v", c.guest, e)
			}
		}
		if made != c.made {
			t.Errorf("%s: made %q, want %q", c.guest, made, c.made)
		}
	}
	if err := m.checkTree(); err != nil {
		t.Error(err)
	}
}
