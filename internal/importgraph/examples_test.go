package importgraph

import (
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every package that others may import has an example that runs.
func TestExamples(t *testing.T) {
	for name := range allowed {
		folder, ok := strings.CutPrefix(name, "uk.example/")
		if !ok || slices.ContainsFunc([]string{"internal/", "cmd/", "kernel/", "apps/"}, func(p string) bool { return strings.HasPrefix(folder, p) }) {
			continue
		}
		files, err := filepath.Glob(filepath.Join("../..", folder, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(files, func(file string) bool { return hasExample(t, file) }) {
			t.Errorf("%s: has no Example function with an // Output: comment", name)
		}
	}
}

// hasExample tells whether a file has a function Example... that go test runs.
func hasExample(t *testing.T, file string) bool {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(doc.Examples(f), func(e *doc.Example) bool { return e.Output != "" })
}
