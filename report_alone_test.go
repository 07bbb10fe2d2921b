package uk

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk/internal/testenv"
	"uk/linker"
)

const manyNames = `#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
int main(int argc, char **argv)
{
	int list[] = { 3, 1, 2 };
	char text[40];
	wchar_t wide;
	int *found = bsearch(&argc, list, 3, sizeof *list, compare);
	snprintf(text, sizeof text, "%d %s %ld", found ? *found : 0, strerror(argc), strtol(argv[0], NULL, 0));
	mbrtowc(&wide, text, sizeof text, NULL);
	puts(text);
	return access(argv[0], R_OK) + (getenv("X") != NULL) + (time(NULL) == 0) + isalpha(argc) + chdir(argv[0]) + strcasecmp(text, argv[0]);
}
`

// TestAloneIsSaved relinks a kernel without each of its symbols and compares what it saves with what the
// report says. Equal texts and constants that the linker merges may make it a few bytes more or less.
func TestAloneIsSaved(t *testing.T) {
	needKit(t)
	ctx := context.Background()
	dir := t.TempDir()
	opt := Options{Binary: testenv.Compile(t, "names", manyNames), Output: filepath.Join(dir, "names.uk"), Libc: "kernel"}
	img, err := Build(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	r, err := MakeReport(ctx, img.Dir, ReportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Resolve(ctx, opt)
	if err == nil {
		err = p.Analyze(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	kit, err := p.openKit()
	if err != nil {
		t.Fatal(err)
	}
	all := held(t, img.LinkMap())
	if len(r.Sizes.Symbols) < 12 {
		t.Errorf("costs of %d symbols", len(r.Sizes.Symbols))
	}
	for _, s := range r.Sizes.Symbols {
		script := slices.DeleteFunc(strings.Split(p.Script, "\n"), func(line string) bool { return strings.TrimSpace(line) == s.Name+";" })
		name := filepath.Join(dir, "without.ver")
		if err := os.WriteFile(name, []byte(strings.Join(script, "\n")), 0o666); err != nil {
			t.Fatal(err)
		}
		res, err := Link(ctx, linker.Options{Kit: kit, VersionScriptFile: name, Output: filepath.Join(dir, "without.elf")}, "")
		if err != nil {
			t.Fatalf("without %s: %v", s.Name, err)
		}
		saved := all - held(t, res.MapFile)
		if off := saved - s.Alone; off < -32 || off > 32 {
			t.Errorf("%s: %d bytes alone, and a kernel without it has %d less", s.Name, s.Alone, saved)
		}
	}
}

// held is how many bytes a kernel has in memory, by its link map.
func held(t *testing.T, linkMap string) (n int64) {
	m, err := linker.ReadMap(linkMap)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range m.Subsystems {
		n += s.Size
	}
	return n
}
