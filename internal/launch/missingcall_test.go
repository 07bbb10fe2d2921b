package launch

import (
	"strings"
	"testing"
)

func TestMissingCalls(t *testing.T) {
	kit := map[string]int{"wait4": 61}
	const given = "panic\nsystem call 61 is not in this image\nsystem call 57 is not in this image\r\nprompt> "
	for _, tt := range []struct {
		drop  bool
		offer map[string]int
		want  string
	}{
		{false, kit, "panic\nsystem call wait4 (61) is not in this image: build it with --syscalls auto,wait4\nsystem call fork (57) is not in this kernel\nprompt> "},
		{false, nil, "panic\nsystem call wait4 (61) is not in this image\nsystem call fork (57) is not in this image\nprompt> "},
		{true, kit, "panic\nprompt> "},
	} {
		for size := 1; size < len(given); size += 5 {
			var b strings.Builder
			w := &callWriter{w: &b, drop: tt.drop, offer: func() map[string]int { return tt.offer }}
			for rest := given; rest != ""; {
				n := min(size, len(rest))
				if _, err := w.Write([]byte(rest[:n])); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			if b.String() != tt.want { // without a Flush: a prompt is not held back
				t.Errorf("pieces of %d: got %q, want %q", size, b.String(), tt.want)
			}
		}
	}
}

func TestRefusedChange(t *testing.T) {
	const given = "read-only: /etc/a b\r\nread-only: /a/__pycache__\nread-onlys\n"
	const hint = "'/etc/a b' was not changed, as the root file system is read-only: --overlay keeps changes in memory, " +
		"--overlay=DIR in a folder; -v HOST:GUEST gives the program a folder of this machine\n"
	for _, drop := range []bool{false, true} {
		for _, noticed := range []bool{false, true} {
			for size := 1; size < len(given); size += 7 {
				var b, notices strings.Builder
				w := &callWriter{w: &b, drop: drop}
				if noticed {
					w.notice = func(line string) { notices.WriteString(line + "\n") }
				}
				for rest := given; rest != ""; {
					n := min(size, len(rest))
					if _, err := w.Write([]byte(rest[:n])); err != nil {
						t.Fatal(err)
					}
					rest = rest[n:]
				}
				want := hint
				if drop {
					want = ""
				}
				if got := notices.String() + b.String(); got != want+"read-onlys\n" {
					t.Errorf("pieces of %d: got %q", size, got)
				}
			}
		}
	}
}
