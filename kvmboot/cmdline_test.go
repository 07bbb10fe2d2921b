package kvmboot

import (
	"reflect"
	"strings"
	"testing"
)

// parseCmdline is the kernel's side of the contract, written for the test: it
// splits a command line into keys and unescaped values.
func parseCmdline(t testing.TB, s string) (keys, values []string) {
	for i := 0; i < len(s); {
		if s[i] == ' ' {
			i++
			continue
		}
		start := i
		for i < len(s) && s[i] != ' ' && s[i] != '=' {
			i++
		}
		key, val := s[start:i], ""
		if i < len(s) && s[i] == '=' {
			i++
			if i < len(s) && s[i] == '"' {
				var b strings.Builder
				for i++; i < len(s) && s[i] != '"'; i++ {
					if s[i] != '\\' {
						b.WriteByte(s[i])
						continue
					}
					i++
					switch s[i] {
					case 'n':
						b.WriteByte('\n')
					case 'x':
						const hex = "0123456789abcdef"
						b.WriteByte(byte(strings.IndexByte(hex, s[i+1])<<4 | strings.IndexByte(hex, s[i+2])))
						i += 2
					default:
						b.WriteByte(s[i])
					}
				}
				if i == len(s) {
					t.Fatalf("unterminated quote in %q", s)
				}
				i++
				val = b.String()
			} else {
				start := i
				for i < len(s) && s[i] != ' ' {
					i++
				}
				val = s[start:i]
			}
		}
		keys, values = append(keys, key), append(values, val)
	}
	return keys, values
}

func TestBuildCmdline(t *testing.T) {
	cfg := &Config{Args: []string{"/bin/a b", ""}, Env: []string{`K=v"\` + "\n\x01é"}, Cwd: "/tmp", CPUs: 2, Verbose: true}
	got, err := buildCmdline(cfg, 2, 17)
	if err != nil {
		t.Fatal(err)
	}
	want := `virtio_mmio.device=512@0xfeb00000:5 virtio_mmio.device=512@0xfeb00200:6 uk.cpus=2 uk.time=17 uk.verbose=1 ` +
		`uk.cwd="/tmp" uk.arg="/bin/a b" uk.arg="" uk.env="K=v\"\\\n\x01é"`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, bad := range []*Config{
		{Args: []string{"a\x00b"}}, {Env: []string{"\x00"}}, {Cwd: "\x00"}, {Args: []string{strings.Repeat("x", maxCmdline)}},
	} {
		if _, err := buildCmdline(bad, 0, 0); err == nil {
			t.Errorf("%.40q %q: no error", bad.Args, bad.Env)
		}
	}
}

func FuzzCmdline(f *testing.F) {
	f.Add("/prog", "a b", "K=V")
	f.Add("", "\"\\\n\t\x7f\xff", "=")
	f.Fuzz(func(t *testing.T, a, b, env string) {
		cfg := &Config{Args: []string{a, b}, Env: []string{env}}
		s, err := buildCmdline(cfg, 1, 0)
		if err != nil {
			return
		}
		keys, values := parseCmdline(t, s)
		wantKeys := []string{"virtio_mmio.device", "uk.arg", "uk.arg", "uk.env"}
		wantValues := []string{"512@0xfeb00000:5", a, b, env}
		if !reflect.DeepEqual(keys, wantKeys) || !reflect.DeepEqual(values, wantValues) {
			t.Errorf("%q came back as %q %q", s, keys, values)
		}
	})
}
