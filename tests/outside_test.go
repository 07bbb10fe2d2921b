package tests

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
)

// outsideVersion is the version under which the tree is served.
const outsideVersion = "v0.0.1"

// publishedPath is what the module's path is when it is served.
const publishedPath = "somebody.example/else/uk"

// TestOutsideModule: the module is published under another path, a module of somebody else's gets it from a module proxy,
// builds the program of the package's example, and that boots a guest.
func TestOutsideModule(t *testing.T) {
	needKVM(t)
	kit := testenv.MustHaveKit(t, uk.FindKit)
	goTool := testenv.MustHave(t, "go")
	dir := t.TempDir()
	tree, proxy := filepath.Join(dir, "tree"), filepath.Join(dir, "proxy")
	publish(t, tree)
	serve(t, tree, filepath.Join(proxy, filepath.FromSlash(publishedPath), "@v"))

	example, err := os.ReadFile(filepath.Join(tree, "example_program_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	source := strings.NewReplacer("package uk_test", "package main", "func Example()", "func main()").Replace(string(example))
	outside := filepath.Join(dir, "outside")
	if err := os.Mkdir(outside, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"main.go": source, "go.mod": "module anybody.example\n\ngo 1.26\n"} {
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
	run(goTool, "get", publishedPath+"@"+outsideVersion)
	run(goTool, "build", "-o", "program", ".")
	if out := run("timeout", "60", "./program"); out != "Linux\n" {
		t.Errorf("the program printed %q", out)
	}
	if out := run(goTool, "doc", publishedPath+".Build"); !strings.Contains(out, "func Build(") {
		t.Errorf("go doc prints %q", out)
	}
}

// publish copies the tree to the folder dir and gives the copy another path.
func publish(t *testing.T, dir string) {
	t.Helper()
	root := ".."
	old := strings.TrimSpace(testenv.Run(t, "go", "list", "-m"))
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, name)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (rel == ".git" || rel == "build"):
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(dir, rel), 0o777)
		case !d.Type().IsRegular() || strings.HasPrefix(rel, ".git"):
			return nil
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, rel), b, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("make", "-s", "-C", dir, "module-path", "MODULE="+publishedPath).CombinedOutput(); err != nil {
		t.Fatalf("make module-path: %v\n%s", err, out)
	}
	list := exec.Command("go", "list", "-test", "-deps", "./...")
	list.Dir, list.Env = dir, append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	out, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if path, _, _ := strings.Cut(strings.TrimSpace(line), " "); path == old || strings.HasPrefix(path, old+"/") {
			t.Errorf("the published module has a package %s", path)
		}
	}
}

// serve writes what a module proxy has of a tree (go.dev/ref/mod#goproxy-protocol) to the folder dir.
func serve(t *testing.T, tree, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	write := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	err := filepath.WalkDir(tree, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(tree, name)
		if d.IsDir() {
			if _, nested := os.Stat(filepath.Join(name, "go.mod")); rel != "." && nested == nil { // a module of its own is none of this one
				return fs.SkipDir
			}
			return nil
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if rel == "go.mod" {
			write(outsideVersion+".mod", b)
		}
		w, err := z.Create(publishedPath + "@" + outsideVersion + "/" + filepath.ToSlash(rel))
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
