package fstab

import (
	"slices"
	"testing"
)

func TestLine(t *testing.T) {
	for _, tt := range []struct {
		line   string
		fields [4]string
	}{
		{"/dev/vdb /data iso9660", [4]string{"/dev/vdb", "/data", "iso9660"}},
		{`share0 /my\040data 9p trans=virtio,ro`, [4]string{"share0", "/my data", "9p", "trans=virtio,ro"}},
	} {
		f := tt.fields
		if got := Line(f[0], f[1], f[2], f[3]); got != tt.line {
			t.Errorf("%q: %s", f, got)
		}
		want := f[:]
		if f[3] == "" {
			want = f[:3]
		}
		if got := Fields(tt.line); !slices.Equal(got, want) {
			t.Errorf("%s: %q", tt.line, got)
		}
	}
}
