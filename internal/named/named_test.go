// Package named holds one test: that files which comments name are there.
package named

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// comments finds the comments of a kind of files, by the ends of their names.
var comments = []struct {
	ends []string
	in   *regexp.Regexp
}{
	{[]string{".c", ".h", ".S"}, regexp.MustCompile(`(?s)/\*.*?\*/`)},
	{[]string{".go", ".s"}, regexp.MustCompile(`(?m)(?:^[ \t]*//.*\n)+|[ \t]//[^\n]*`)},
	{[]string{".sh", ".mk", "Makefile"}, regexp.MustCompile(`(?m)(?:^[ \t]*#.*\n)+`)},
}

// file is what looks like the name of a source file or a text of this project's, perhaps with folders.
var file = regexp.MustCompile(`(?:^|[^\w/.$<>*%~"-])((?:[\w.+-]+/)*\w[\w.+-]*\.(?:go|c|h|S|s|md|sh|mk|ld|sed|kconfig|symbols|syms|version))(?:$|[^\w/*-])`)

// elsewhere are those whose files comments cite as well: a comment with one of these words may name a file that is not here.
var elsewhere = regexp.MustCompile(`Linux|linux/|include/uapi|glibc|gcc|musl|Xen|QEMU|Go's|Go runtime|OSv|lwIP|9P|Firecracker|POSIX|[A-Z]{3,}\.c`)

// notFiles are words that look like names of files.
var notFiles = []string{"a.b.c", "q.c", "d.c"}

// TestNamedFiles: a comment that names a file of the tree which was renamed or removed sends its reader nowhere.
func TestNamedFiles(t *testing.T) {
	root := filepath.Join("..", "..")
	var list []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, name)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (rel == ".git" || rel == "build"):
			return fs.SkipDir
		case d.Type().IsRegular():
			list = append(list, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[string]bool)
	for _, name := range list {
		for tail, more := name, true; more; _, tail, more = strings.Cut(tail, "/") {
			known[tail] = true // as well as by its whole path a file is known by the end of that
		}
	}
	for _, name := range list {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata/") || strings.HasPrefix(name, "tests/programs/") {
			continue // their files are often made up
		}
		i := slices.IndexFunc(comments, func(c struct {
			ends []string
			in   *regexp.Regexp
		}) bool {
			return slices.ContainsFunc(c.ends, func(end string) bool { return strings.HasSuffix(name, end) })
		})
		if i < 0 {
			continue
		}
		b, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range comments[i].in.FindAllIndex(b, -1) {
			comment := string(b[at[0]:at[1]])
			if elsewhere.MatchString(comment) {
				continue
			}
			for _, m := range file.FindAllStringSubmatchIndex(comment, -1) {
				word := comment[m[2]:m[3]]
				if known[word] || known[path.Join(path.Dir(name), word)] || slices.Contains(notFiles, word) || strings.Contains(word, "NAME") {
					continue
				}
				line := strings.Count(string(b[:at[0]+m[2]]), "\n") + 1
				t.Errorf("%s:%d: there is no file %s: name the one that is meant, or whose it is (Linux's, musl's ...)", name, line, word)
			}
		}
	}
}
