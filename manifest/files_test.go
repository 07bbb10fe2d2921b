package manifest

import (
	"fmt"
	"strings"
	"testing"
)

func TestFiles(t *testing.T) {
	m, err := Parse("m", []byte(`[files]
/a = mode=0640 owner=7:8 mtime=2026-01-31T12:00:00.5Z
/dir/** = owner=9
/with space = mode=4755 capabilities=CAP_NET_RAW,bpf,chown user.b=x user.a= xattrs=keep
[manifest]
#uk [files]
#uk /old/= = mtime=@-5
/x: x
`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	m.Rules = nil
	var b strings.Builder
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	want := `[manifest]

#uk [files]
#uk /a = mode=0640 owner=7:8 mtime=2026-01-31T12:00:00.5Z
#uk /dir/** = owner=9:9
#uk /with space = mode=4755 capabilities=chown,net_raw,bpf user.a= user.b=x xattrs=keep
#uk /old/= = mtime=1969-12-31T23:59:55Z
`
	if b.String() != want {
		t.Errorf("got:\n%swant:\n%s", b.String(), want)
	}
	again, err := Parse("m", []byte(b.String()), Options{})
	if err != nil || len(again.Files) != 4 || *again.Files[2].Mode != 0o4755 {
		t.Errorf("%v, %v", again, err)
	}
	for path, matches := range map[string]string{"/a": "0", "/dir": "", "/dir/x": "1", "/dir/x/y": "1", "/director": "", "/": ""} {
		got := ""
		for i := range m.Files {
			if m.Files[i].Matches(path) {
				got += fmt.Sprint(i)
			}
		}
		if got != matches {
			t.Errorf("%s matches %q, want %q", path, got, matches)
		}
	}
	all := FileRule{Path: "/**"}
	if !all.Matches("/x") || all.Matches("/") {
		t.Error("/** is not all below /")
	}
	for _, bad := range []string{"/a", "a = mode=1", "/a = ", "/a = mode=8", "/a = mode=10000", "/a = owner=x", "/a = owner=1:", "/a = mtime=now", "/a = mtime=@1e9", "/a = uid=1", "/a = xattrs=all", "/a = capabilities=", "/a = capabilities=fly", "/a = user.=x", "/a = trusted.x=y", "/a = xattrs", "/a: b"} {
		if _, err := Parse("m", []byte("[files]\n"+bad+"\n"), Options{}); err == nil || !strings.HasPrefix(err.Error(), "m:2: ") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
