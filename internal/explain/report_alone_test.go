package explain

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"uk.example/internal/build"
	"uk.example/internal/kits"
	"uk.example/internal/report"
	"uk.example/internal/testenv"
	"uk.example/linker"
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

// TestAloneIsSaved links kernels without their symbols, from scripts as a person would edit them, and compares
// what that saves with what the report says: the same, to the byte. Of a program with more symbols it is a
// part of them, which changes with the kit.
func TestAloneIsSaved(t *testing.T) {
	needKit(t)
	for _, program := range []string{testenv.Compile(t, "names", manyNames), "/usr/bin/grep"} {
		t.Run(filepath.Base(program), func(t *testing.T) { aloneIsSaved(t, program) })
	}
}

func aloneIsSaved(t *testing.T, program string) {
	ctx := context.Background()
	dir := t.TempDir()
	opt := build.Options{Binary: program, Output: filepath.Join(dir, "image.uk"), Libc: "kernel"}
	img, err := build.Build(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	s, err := openSubject(img.Dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := build.Resolve(ctx, opt)
	if err == nil {
		err = p.Analyze(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	kit, err := p.OpenKit()
	if err != nil {
		t.Fatal(err)
	}
	const most = 14
	names := s.kernel.Map.Symbols
	if len(names) < 12 {
		t.Errorf("%d symbols", len(names))
	}
	if len(names) > most {
		first, err := strconv.ParseUint(kit.Fingerprint[:8], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		var part []string
		for i := range most {
			part = append(part, names[(int(first)+i*len(names)/most)%len(names)])
		}
		names = part
	}
	trial, err := linker.NewTrial(ctx, kit, s.kernel.Map)
	if err != nil {
		t.Fatal(err)
	}
	all, sections := held(t, img.LinkMap())
	for _, name := range names {
		script := slices.DeleteFunc(strings.Split(p.Script, "\n"), func(line string) bool { return strings.TrimSpace(line) == name+";" })
		file := filepath.Join(dir, "without.ver")
		if err := os.WriteFile(file, []byte(strings.Join(script, "\n")), 0o666); err != nil {
			t.Fatal(err)
		}
		res, err := build.Link(ctx, linker.Options{Kit: kit, VersionScriptFile: file, Output: filepath.Join(dir, "without.elf")}, "")
		if err != nil {
			t.Fatalf("without %s: %v", name, err)
		}
		left, leftSections := held(t, res.MapFile)
		want := linker.Extents{File: img.KernelSize - res.Size, Memory: all - left}
		if got, err := trial.Saves(ctx, name); err != nil || got != want {
			t.Errorf("%s: %+v, %v; a kernel without it has %+v less", name, got, err, want)
		}
		// The estimate knows nothing of alignment and of merged strings, nor of what order brings along.
		about, err := s.kernel.Saving(ctx, nil, errors.New("no kit"), name)
		if err != nil || len(s.kernel.Map.Symbols) == len(names) && abs(about.Memory-(sections-leftSections)) > 32 {
			t.Errorf("%s: about %d bytes, %v; a kernel without it has %d less", name, about.Memory, err, sections-leftSections)
		}
	}
}

// held is how many bytes a kernel has in memory, by its link map, and without what is between its parts.
func held(t *testing.T, linkMap string) (n, parts int64) {
	m, err := linker.ReadMap(linkMap)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range m.Outputs {
		n += o.Size
	}
	for _, s := range m.Subsystems {
		parts += s.Size
	}
	return n, parts
}

// TestAloneExactly has a report say what symbols cost as the linker finds it, and otherwise that it is an estimate.
func TestAloneExactly(t *testing.T) {
	needKit(t)
	ctx := context.Background()
	img, err := build.Build(ctx, build.Options{Binary: testenv.Compile(t, "names", manyNames), Output: filepath.Join(t.TempDir(), "names.uk"), Libc: "kernel"})
	if err != nil {
		t.Fatal(err)
	}
	about, err := MakeReport(ctx, img.Dir, ReportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	exact, err := MakeReport(ctx, img.Dir, ReportOptions{Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	if about.Sizes.Exact || !exact.Sizes.Exact || len(about.Sizes.Symbols) != len(exact.Sizes.Symbols) {
		t.Fatalf("exact %v and %v, %d and %d symbols", about.Sizes.Exact, exact.Sizes.Exact, len(about.Sizes.Symbols), len(exact.Sizes.Symbols))
	}
	for i, s := range exact.Sizes.Symbols {
		if s.File == nil || about.Sizes.Symbols[i].File != nil {
			t.Errorf("%s: bytes of the file: %v, and of an estimate %v", s.Name, s.File, about.Sizes.Symbols[i].File)
		}
	}
	found, err := Why(ctx, img.Dir, "puts", WhyOptions{})
	i := slices.IndexFunc(exact.Sizes.Symbols, func(c report.CauseCost) bool { return c.Name == "puts" })
	if c := exact.Sizes.Symbols[i]; err != nil || *found[0].Alone != (report.Saving{File: *c.File, Memory: c.Alone}) {
		t.Errorf("the report has %+v, its chain %+v, %v", c, found, err)
	}
	t.Setenv(kits.Variable, t.TempDir())
	chains, err := Why(ctx, img.Dir, "puts", WhyOptions{})
	if err != nil || len(chains) != 1 || chains[0].Alone == nil || chains[0].Alone.Estimate == "" || chains[0].Alone.Memory <= 0 {
		t.Errorf("without a kit: %+v, %v", chains, err)
	}
}

func abs(n int64) int64 { return max(n, -n) }
