package linker

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

func FuzzArchive(f *testing.F) {
	for name, data := range sampleArchives() {
		_ = name
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if members, err := ReadArchive("f", data); err == nil {
			for _, m := range members {
				parseObject(m.Name, m.Data)
			}
		}
		file := filepath.Join(t.TempDir(), "a")
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
		ArchiveSymbols(file, func(string, int64) {})
	})
}

func member(name string, size int, data string) string {
	return fmt.Sprintf("%-16s%-12d%-6d%-6d%-8o%-10d`\n%s", name, 0, 0, 0, 0o644, size, data)
}

func sampleArchives() map[string][]byte {
	table := "\x00\x00\x00\x02\x00\x00\x00\x5c\x00\x00\x00\x5cone\x00two\x00"
	return map[string][]byte{
		"empty":     []byte(arMagic),
		"good":      []byte(arMagic + member("/", len(table), table) + member("a.o/", 4, "data")),
		"long name": []byte(arMagic + member("//", 24, "a-very-long-name-here.o/") + member("/0", 4, "data")),
		"truncated": []byte(arMagic + member("a.o/", 400, "data")),
		"bad size":  []byte(arMagic + strings.Replace(member("a.o/", 4, "data"), "4         `", "x         `", 1)),
		"no magic":  []byte("<arch>"),
	}
}

func TestArchive(t *testing.T) {
	for name, want := range map[string]string{
		"empty":     "",
		"good":      "a.o=data",
		"long name": "x: offset 92: bad long member name: rebuild the kit with `make kit`",
		"truncated": "x: offset 8: truncated member: rebuild the kit with `make kit`",
		"bad size":  "x: offset 8: bad member size: rebuild the kit with `make kit`",
		"no magic":  "x: offset 0: not an archive: rebuild the kit with `make kit`",
	} {
		var got string
		members, err := ReadArchive("x", sampleArchives()[name])
		if err != nil {
			got = err.Error()
		}
		for _, m := range members {
			got += m.Name + "=" + string(m.Data)
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	file := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(file, sampleArchives()["good"], 0o666); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := ArchiveSymbols(file, func(n string, m int64) { got = append(got, fmt.Sprint(n, m)) }); err != nil || !slices.Equal(got, []string{"one92", "two92"}) {
		t.Errorf("symbols %v, %v", got, err)
	}
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
		{want: "kernel.ld: missing from the kit: rebuild it with `make kit`"},
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
	const mend = ": rebuild the kit with `make kit`"
	for _, tt := range []struct{ text, want string }{
		{"{", "unexpected end of JSON input" + mend},
		{`[{"name": "rng", "file": "../../rng.so"}]`, `module "rng": its file is "../../rng.so", not modules/rng.so` + mend},
		{`[{"name": "rng", "file": "/etc/shadow"}]`, `module "rng": its file is "/etc/shadow", not modules/rng.so` + mend},
		{`[{"name": "../rng", "file": "rng.so"}]`, `module "../rng": that is no module's name` + mend},
		{`[{"name": "rng", "file": "modules/rng.so", "aliases": ["boot\nevil"]}]`, `module "rng": alias "boot\nevil" has other than letters, digits and :._-` + mend},
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
