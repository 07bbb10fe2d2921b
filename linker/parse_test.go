package linker

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVersionScript(t *testing.T) {
	for text, want := range map[string]string{
		"{ global: a; b; local: *; };": "a:1 b:1",
		"/* head\n */\n{\n  global:\n\t# from x\n  /* lib.so */\n  a;\n  \"b c\";\nlocal:\n  *;\n};\n": "a:7 b c:8",
		"{ a; };":                          "a:1",
		"V1 { global: a; };":               "a:1",
		"{ global: str*; };":               "str*:1*",
		"{ local: *; };":                   "",
		"{ global: a } ;":                  "a:1",
		"":                                 "v: no { global: ...; local: *; }; block in it",
		"{ global: a;":                     "v:1: block is not closed: add };",
		"{ global: a;\n /* x":              "v:2: comment is not closed: add */",
		"{ globl: a; };":                   `v:1: unexpected "globl:": write { global: NAME; local: *; };`,
		"{ global: a; };\n{ global: b; };": "v:2: more than one block: the kernel's symbols have no versions, put all names into one",
		"{ global: \"a; };":                "v:1: name is not closed: add \"",
		"}":                                "v:1: } without {",
		"{ global: a b; };":                "v:1: no ; after a",
		"{ { };":                           "v:1: unexpected {: close the block before it with };",
		"{ global: ':; };":                 `v:1: unexpected "':; };"`,
	} {
		var got string
		if vs, err := parseVersionScript("v", []byte(text)); err != nil {
			got = err.Error()
		} else {
			var parts []string
			for _, g := range vs.globals {
				p := fmt.Sprintf("%s:%d", g.name, g.line)
				if g.glob {
					p += "*"
				}
				parts = append(parts, p)
			}
			got = strings.Join(parts, " ")
		}
		if got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func FuzzVersionScript(f *testing.F) {
	f.Add([]byte("{ global: a; \"b\"; local: *; };"))
	f.Add([]byte("/* c */ V { # x\n global: s*; };"))
	f.Fuzz(func(t *testing.T, data []byte) {
		vs, err := parseVersionScript("f", data)
		var ce *ConfigError
		if err != nil && !errors.As(err, &ce) {
			t.Errorf("error %T is no ConfigError", err)
		}
		if vs == nil && err == nil {
			t.Error("neither script nor error")
		}
	})
}

func TestOpenKitErrors(t *testing.T) {
	good := KitInfo{Format: KitFormat, Arch: "x86_64", Fingerprint: strings.Repeat("0", 64)}
	for _, tt := range []struct {
		change func(*KitInfo)
		raw    string
		want   string
	}{
		{raw: "-", want: "kit.json: no kit there: build one with `make kit`, or name its folder"},
		{raw: "{", want: "kit.json: unexpected end of JSON input: rebuild the kit with `make kit`"},
		{change: func(i *KitInfo) { i.Format = 9 }, want: "kit.json: kit format 9, this program reads 2: rebuild the kit with `make kit`"},
		{change: func(i *KitInfo) { i.Arch = "vax" }, want: `kit.json: kit for architecture "vax", only x86_64 is supported`},
		{change: func(i *KitInfo) { i.Fingerprint = "x" }, want: "kit.json: no valid fingerprint: rebuild the kit with `make kit`"},
		{change: func(i *KitInfo) { i.Drivers = []Driver{{Config: "A", Type: TypeBool}, {Config: "A", Type: TypeBool}} }, want: `kit.json: driver "" has no or a repeated config name "A": rebuild the kit with ` + "`make kit`"},
		{change: func(i *KitInfo) {
			i.Drivers = []Driver{{Name: "rng", Config: "RNG", Type: TypeBool, Root: "x -plugin y.so"}}
		}, want: `kit.json: driver "rng": root "x -plugin y.so" is no symbol's name: rebuild the kit with ` + "`make kit`"},
		{want: "modules.json: missing from the kit: rebuild it with `make kit`"},
	} {
		dir := t.TempDir()
		info := good
		if tt.change != nil {
			tt.change(&info)
		}
		data, _ := json.Marshal(info)
		if tt.raw != "" {
			data = []byte(tt.raw)
		}
		if tt.raw != "-" {
			if err := os.WriteFile(filepath.Join(dir, KitFile), data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := OpenKit(dir); err == nil || err.Error() != dir+"/"+tt.want {
			t.Errorf("error %v\nwant  %s", err, dir+"/"+tt.want)
		}
	}
}

func TestKitModulesErrors(t *testing.T) {
	const fix = ": rebuild the kit with `make kit`"
	for _, tt := range []struct{ text, want string }{
		{"{", "unexpected end of JSON input" + fix},
		{`[{"name": "rng", "file": "../../rng.so"}]`, `module "rng": its file is "../../rng.so", not modules/rng.so` + fix},
		{`[{"name": "rng", "file": "/etc/shadow"}]`, `module "rng": its file is "/etc/shadow", not modules/rng.so` + fix},
		{`[{"name": "../rng", "file": "rng.so"}]`, `module "../rng": that is no module's name` + fix},
		{`[{"name": "rng", "file": "modules/rng.so", "aliases": ["boot\nevil"]}]`, `module "rng": alias "boot\nevil" has other than letters, digits and :._-` + fix},
	} {
		name := filepath.Join(t.TempDir(), KitModulesFile)
		if err := os.WriteFile(name, []byte(tt.text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := readKitModules(filepath.Dir(name)); err == nil || err.Error() != name+": "+tt.want {
			t.Errorf("error %v\nwant  %s: %s", err, name, tt.want)
		}
	}
}
