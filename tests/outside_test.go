package tests

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"uk"
	"uk/internal/testenv"
)

// outsideVersion is the version under which the tree is served.
const outsideVersion = "v0.0.1"

// othersPath is the path of the module for others. One without a dot in its first part cannot be asked for, so that it gets a
// reserved one here, in the copy that is served.
func othersPath(module string) string {
	if first, _, _ := strings.Cut(module, "/"); strings.Contains(first, ".") {
		return module
	}
	return module + ".example/" + module
}

// TestOutsideModule: a module of somebody else's gets this one from a module proxy, builds the program of the package's
// example, and that boots a guest.
func TestOutsideModule(t *testing.T) {
	needKVM(t)
	kit := testenv.MustHaveKit(t, uk.FindKit)
	goTool := testenv.MustHave(t, "go")
	module := strings.TrimSpace(testenv.Run(t, goTool, "list", "-m"))
	path := othersPath(module)
	dir := t.TempDir()
	proxy := filepath.Join(dir, "proxy")
	serve(t, filepath.Join(proxy, filepath.FromSlash(path), "@v"), module, path)

	example, err := os.ReadFile("../example_program_test.go")
	if err != nil {
		t.Fatal(err)
	}
	source := strings.NewReplacer("package uk_test", "package main", "func Example()", "func main()", `"`+module+`"`, `uk "`+path+`"`).Replace(string(example))
	outside := filepath.Join(dir, "outside")
	if err := os.Mkdir(outside, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"main.go": source, "go.mod": "module somebody.example/else\n\ngo 1.26\n"} {
		if err := os.WriteFile(filepath.Join(outside, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	// What it depends on comes from where it always does, first of all from what was fetched before.
	known := strings.Split(strings.TrimSpace(testenv.Run(t, goTool, "env", "GOMODCACHE", "GOPROXY")), "\n")
	env := append(os.Environ(), "GOPROXY=file://"+proxy+",file://"+filepath.Join(known[0], "cache", "download")+","+known[1],
		"GOSUMDB=off", "GOFLAGS=-modcacherw -trimpath", "GOMODCACHE="+filepath.Join(dir, "modules"), "GOWORK=off", "CGO_ENABLED=0",
		"UK_KIT="+kit, "XDG_CACHE_HOME="+filepath.Join(dir, "cache"))
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Env = outside, env
		var out, complaint bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &complaint
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s %q: %v\n%s%s", name, args, err, &out, &complaint)
		}
		return out.String()
	}
	run(goTool, "get", path+"@"+outsideVersion)
	run(goTool, "build", "-o", "program", ".")
	if out := run("timeout", "60", "./program"); out != "Linux\n" {
		t.Errorf("the program printed %q", out)
	}
	if out := run(goTool, "doc", path+".Build"); !strings.Contains(out, "func Build(") {
		t.Errorf("go doc prints %q", out)
	}
}

// serve writes what a module proxy has of the tree (go.dev/ref/mod#goproxy-protocol) to the folder dir.
func serve(t *testing.T, dir, module, path string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	write := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	imports := regexp.MustCompile(`(?m)^((?:import )?\t?(?:[\w.]+ )?)"` + regexp.QuoteMeta(module) + `(/[^"]*)?"`)
	goMod := func(b []byte) []byte {
		return bytes.Replace(b, []byte("module "+module+"\n"), []byte("module "+path+"\n"), 1)
	}
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	root := ".."
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, name)
		if d.IsDir() {
			_, nested := os.Stat(filepath.Join(name, "go.mod"))
			if rel != "." && (rel == ".git" || rel == "build" || nested == nil) { // a module of its own is none of this one
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || strings.HasPrefix(rel, ".git") {
			return nil
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		switch {
		case rel == "go.mod":
			b = goMod(b)
			write(outsideVersion+".mod", b)
		case strings.HasSuffix(rel, ".go"):
			b = imports.ReplaceAll(b, []byte(`$1"`+path+`$2"`))
		}
		w, err := z.Create(path + "@" + outsideVersion + "/" + filepath.ToSlash(rel))
		if err != nil {
			return err
		}
		_, err = w.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	write(outsideVersion+".zip", archive.Bytes())
	write(outsideVersion+".info", []byte(`{"Version":"`+outsideVersion+`"}`))
	write("list", []byte(outsideVersion+"\n"))
}
