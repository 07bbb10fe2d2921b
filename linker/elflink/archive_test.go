package elflink

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func FuzzArchive(f *testing.F) {
	for _, data := range sampleArchives() {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if members, err := ReadArchive("f", data); err == nil {
			for _, m := range members {
				_, _ = ReadObjectSymbols(m)
			}
		}
		file := filepath.Join(t.TempDir(), "a")
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
		_ = ArchiveSymbols(file, func(string, int64) {})
		if x, err := ReadIndex(file); err == nil {
			for i := range x.memberCount() {
				_, _ = x.member(int32(i))
			}
		}
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
