package tests

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
)

// TestASLR: what a program finds where differs from boot to boot, agrees with a seed, and is
// always the same without.
func TestASLR(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	for _, tt := range []struct {
		name   string
		build  builder
		libc   string
		fixed  string // what stays where it is
		values int
	}{
		{"kernel", c("loader/aslr.c", "-fstack-protector-all"), "", "", 6},
		{"no-pie", c("loader/aslr.c", "-fstack-protector-all", "-no-pie"), "", "main", 6},
		{"static", c("loader/aslr.c", "-static", "-fstack-protector-all"), "", "main", 6},
		{"image", c("loader/aslr.c", "-fstack-protector-all"), "image", "", 6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &program{name: "aslr-" + tt.name, build: tt.build, kernel: uk.Options{Libc: tt.libc}, check: func(*testing.T, string) {}}
			img := prepare(t, p).img
			boot := func(aslr string) map[string]string {
				ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
				defer cancel()
				var out bytes.Buffer
				st, err := img.Run(ctx, uk.RunOptions{Stdout: &out, ASLR: aslr})
				if err != nil || st.ExitCode() != 0 || !bytes.Contains(out.Bytes(), []byte("aligned 1, same canary 1, from random 1, heap behind the program 1\n")) {
					t.Fatalf("%v, %v: %s", st, err, out.String())
				}
				if got := strings.Contains(out.String(), "no randomness in personality: 1\n"); got != (aslr == "off") {
					t.Errorf("with %q: %s", aslr, out.String())
				}
				values := map[string]string{}
				for _, m := range regexp.MustCompile(`(?m)^(\w+) ([0-9a-fx]+)$`).FindAllStringSubmatch(out.String(), -1) {
					values[m[1]] = m[2]
				}
				if len(values) != tt.values || values["canary"] == "0" || len(values["canary"]) < 8 {
					t.Errorf("found %v", values)
				}
				return values
			}
			// differing holds two boots against each other: those that differ must be these.
			differ := func(what, a, b string, must func(key string) bool) {
				x, y := boot(a), boot(b)
				for k := range x {
					if got, want := x[k] != y[k], must(k); got != want {
						t.Errorf("%s: %s is %s and %s", what, k, x[k], y[k])
					}
				}
			}
			differ("two boots", "", "on", func(k string) bool { return k != tt.fixed })
			differ("the same seed", "7", "7", func(string) bool { return false })
			differ("two seeds", "7", "8", func(k string) bool { return k != tt.fixed })
			differ("without", "off", "off", func(k string) bool { return k == "canary" || k == "random" })
		})
	}
}
