package tests

import (
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"uk.example"
	exportedsymbols "uk.example/exported_symbols"
	"uk.example/internal/build"
	"uk.example/internal/testenv"
	"uk.example/manifest"
	"uk.example/symbols"
)

// TestNamesAreCalled demands of each name in exported_symbols, less those whose
// differences from glibc are told there, that a program imports it which has the
// kernel as its C library and is compared with the host, or with a file that
// states what is documented.
func TestNamesAreCalled(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	exp, err := exportedsymbols.Load()
	if err != nil {
		t.Fatal(err)
	}
	called := calledNames(t, exp)
	wanted := map[string]bool{}
	for _, s := range exp.Sets {
		if strings.Contains(s.Soname, "musl") {
			continue
		}
		for _, n := range s.Names {
			if !slices.ContainsFunc(s.Differences, func(d symbols.Difference) bool { return d.Name == n }) {
				wanted[n] = true
			}
		}
	}
	for _, n := range slices.Sorted(maps.Keys(wanted)) {
		if !called[n] {
			t.Errorf("%s is exported, and no program of the tests that is compared calls it: add a call, or say in exported_symbols how it differs", n)
		}
	}
	t.Logf("%d names exported, %d called", len(wanted), len(called))
}

// calledNames are the names that the C and C++ programs of the table get from the
// kernel where the kernel is the C library. The programs are compiled, if no other
// test has done so, and neither run nor made into images.
func calledNames(t *testing.T, exp *symbols.Exported) map[string]bool {
	var mu sync.Mutex
	called := map[string]bool{}
	t.Run("rows", func(t *testing.T) {
		for _, p := range slices.Concat(ofKernelLibc(), libcRows(), linkageRows()) {
			if p.check != nil || p.host != nil {
				continue // what is looked for may be less than all that the program does
			}
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				names := importedNames(t, exp, &p)
				mu.Lock()
				defer mu.Unlock()
				for _, n := range names {
					called[n] = true
				}
			})
		}
	})
	return called
}

// importedNames are the names that one program gets from the kernel.
func importedNames(t *testing.T, exp *symbols.Exported, p *program) (names []string) {
	b := compiled(t, p)
	if p.kernel.Libc != "kernel" {
		plan := planned(t, p, b)
		if plan.Manifest.Kernel.Libc == "image" {
			return nil
		}
		// What the host's own libraries want of the kernel.
		for _, f := range plan.Symbols.Files {
			if slices.Contains(manifest.Leaves, f.Soname) {
				names = append(names, f.Symbols...)
			}
		}
		if names != nil {
			return names
		}
	}
	for _, in := range elfFiles(t, b) {
		r, err := symbols.Analyze([]symbols.Input{in}, symbols.Options{Exported: exp, DLSym: symbols.DLSymOff})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Files {
			names = append(names, f.Symbols...)
		}
	}
	return names
}

// planned is what the build of the program's image would do.
func planned(t *testing.T, p *program, b *built) *build.Plan {
	plan, err := build.Resolve(t.Context(), p.options(t, b))
	if err == nil {
		err = plan.Analyze(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// elfFiles are the program and the libraries that were compiled beside it; those
// of the system import more than is called.
func elfFiles(t *testing.T, b *built) []symbols.Input {
	var in []symbols.Input
	err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != b.dir {
			return fs.SkipDir // the image
		}
		if err == nil && d.Type().IsRegular() {
			in = append(in, symbols.Input{Guest: path, Host: path})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return in
}
