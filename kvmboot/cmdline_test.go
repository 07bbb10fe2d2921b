package kvmboot

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
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
	got, _, err := BuildCommandLine(cfg, 2, 17, MaxCmdline)
	if err != nil {
		t.Fatal(err)
	}
	want := `virtio_mmio.device=512@0xfeb00000:5 virtio_mmio.device=512@0xfeb00200:6 uk.cpus=2 uk.time=17 uk.verbose=1 ` +
		`uk.cwd="/tmp" uk.arg="/bin/a b" uk.arg="" uk.env="K=v\"\\\n\x01é"`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, bad := range []*Config{
		{Args: []string{"a\x00b"}}, {Env: []string{"\x00"}}, {Cwd: "\x00"},
	} {
		if _, _, err := BuildCommandLine(bad, 0, 0, MaxCmdline); err == nil {
			t.Errorf("%.40q %q: no error", bad.Args, bad.Env)
		}
	}
}

// TestLongArguments: what does not fit into the command line goes behind the module.
func TestLongArguments(t *testing.T) {
	long := strings.Repeat("x", 5000)
	cfg := &Config{Args: []string{"/p", long}, Env: []string{"A=\n", "B="}, Cmdline: "uk.verbose=1"}
	line, behind, err := BuildCommandLine(cfg, 0, 0, 4095)
	if err != nil {
		t.Fatal(err)
	}
	want := "uk.arg=/p\x00uk.arg=" + long + "\x00uk.env=A=\n\x00uk.env=B=\x00"
	if line != "uk.verbose=1 uk.words=5039" || string(behind) != want {
		t.Errorf("line %q, %d bytes behind the module: %.40q", line, len(behind), behind)
	}
	if line, behind, err := BuildCommandLine(cfg, 0, 0, 6000); err != nil || behind != nil || !strings.Contains(line, long) {
		t.Errorf("where there is room: %d bytes, %d behind the module, %v", len(line), len(behind), err)
	}
	if _, _, err := BuildCommandLine(&Config{Cmdline: long}, 0, 0, 4095); err == nil {
		t.Error("words of the kernel that do not fit: no error")
	}
}

// TestArgumentLimits are those of Linux, to the byte.
func TestArgumentLimits(t *testing.T) {
	full := func(n int) *Config { // n bytes, with pointers and the name of the file
		cfg := &Config{Args: []string{"/p"}}
		for n -= 3 + 3 + 8; n > 0; {
			k := min(n, maxArgument+8)
			cfg.Env = append(cfg.Env, strings.Repeat("e", k-9))
			n -= k
		}
		return cfg
	}
	for _, c := range []struct {
		cfg *Config
		ok  bool
	}{
		{&Config{Args: []string{"/p", strings.Repeat("x", 128<<10-1)}}, true},
		{&Config{Args: []string{"/p", strings.Repeat("x", 128<<10)}}, false},
		{&Config{Env: []string{strings.Repeat("x", 128<<10)}}, false},
		{full(2 << 20), true},
		{full(2<<20 + 1), false},
	} {
		_, behind, err := BuildCommandLine(c.cfg, 0, 0, 4095)
		if c.ok != (err == nil) || !c.ok && !errors.Is(err, unix.E2BIG) || c.ok && len(behind) == 0 {
			t.Errorf("%d arguments, %d variables: %d bytes, %v", len(c.cfg.Args), len(c.cfg.Env), len(behind), err)
		}
	}
}

func FuzzCmdline(f *testing.F) {
	f.Add("/prog", "a b", "K=V")
	f.Add("", "\"\\\n\t\x7f\xff", "=")
	f.Fuzz(func(t *testing.T, a, b, env string) {
		cfg := &Config{Args: []string{a, b}, Env: []string{env}}
		s, _, err := BuildCommandLine(cfg, 1, 0, MaxCmdline)
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
