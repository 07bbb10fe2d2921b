package manifest

import "testing"

func TestFind(t *testing.T) {
	m := &Manifest{Entries: []Entry{
		{Guest: "/usr/bin/prog", Host: "/h"}, {Guest: "/bin", Link: "usr/bin"}, {Guest: "/sbin", Link: "/bin"},
		{Guest: "/etc/alternatives/vi", Link: "/usr/bin/prog"}, {Guest: "/usr/bin/vi", Link: "../../etc/alternatives/vi"},
		{Guest: "/usr/bin/gone", Link: "nothing"}, {Guest: "/a", Link: "b"}, {Guest: "/b", Link: "a"}, {Guest: "/empty", Dir: true},
	}}
	for _, tt := range []struct {
		guest, end string
		ok         bool
	}{
		{"/usr/bin/prog", "/usr/bin/prog", true},
		{"/bin/prog", "/usr/bin/prog", true},
		{"/sbin/vi", "/usr/bin/prog", true},
		{"/bin/../sbin//vi", "/usr/bin/prog", true},
		{"/usr", "/usr", true},
		{"/", "/", true},
		{"/empty", "/empty", true},
		{"/nothere", "/nothere", false},
		{"/bin/pro", "/usr/bin/pro", false},
		{"/usr/bin/gone", "/usr/bin/nothing", false},
		{"/a", "/b", false},
	} {
		end, ok := m.Find(tt.guest)
		if ok != tt.ok || end != tt.end && tt.guest != "/a" {
			t.Errorf("%s: %s, %t, want %s, %t", tt.guest, end, ok, tt.end, tt.ok)
		}
	}
}
