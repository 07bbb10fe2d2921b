package datafiles

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"uk.example/internal/elffile"
	"uk.example/internal/lazyregexp"
)

// maxName is the longest path that is looked for in a file, in bytes.
const maxName = 512

// inName are the bytes of which paths are taken to consist.
var inName = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.ContainsRune("/._+-@~", rune(c))
	}
	return
}()

// scanNames calls fn with each run of such bytes in b that has a slash.
func scanNames(b []byte, fn func(name []byte)) {
	for pos := 0; pos < len(b); {
		i := bytes.IndexByte(b[pos:], '/')
		if i < 0 {
			return
		}
		i += pos
		j := i + 1
		for ; i > pos && inName[b[i-1]]; i-- {
		}
		for ; j < len(b) && inName[b[j]]; j++ {
		}
		if j-i > len("/etc/") && j-i <= maxName {
			fn(b[i:j])
		}
		pos = j + 1
	}
}

// roots are the folders below which data is. Of /var/lib only what packages themselves put there is packed, as of
// all of them.
var roots = []string{"/usr/share", "/usr/lib", "/usr/libexec", "/usr/local", "/etc", "/opt"}

// relative are the first words of paths that a program puts behind the folder that it was installed in, or that
// it was built for as a whole (CMake's /share/cmake-3.25).
var relative = []string{"share", "lib", "libexec"}

// names are the absolute paths that a file names, cleaned, and (false) those that it may mean.
type names map[string]bool

// guess adds a path that a file may mean.
func (n names) guess(name string) { n[name] = n[name] || false }

// add takes one run of bytes out of a file; prefix is where the file is installed.
func (n names) add(run []byte, prefix string) {
	s := string(run)
	if path.IsAbs(s) {
		s = path.Clean(s)
		for _, r := range roots {
			if within(s, r) {
				n[s] = true
				return
			}
		}
	}
	if prefix == "" {
		return
	}
	s = strings.TrimPrefix(path.Clean("/"+s), "/") // ../share is share
	first, rest, _ := strings.Cut(s, "/")
	for _, r := range relative {
		if first == r && rest != "" {
			n[path.Join(prefix, s)] = true
		}
	}
}

// texts collects what a file names.
type texts struct {
	names
	prefix string
	// below are the ends of paths that the file puts together as "%s/espeak-ng-data"; of use where it names a folder
	// in which everybody has something.
	below map[string]bool
}

func (t *texts) scan(b []byte) {
	scanNames(b, func(name []byte) {
		if rest, ok := bytes.CutPrefix(name, []byte("s/")); ok && len(rest) > 2 && !bytes.ContainsRune(rest, '/') {
			t.below[string(rest)] = true
		}
		t.add(name, t.prefix)
	})
}

// joined adds what the pieces can mean.
func (t *texts) joined() {
	for _, dir := range slices.Collect(maps.Keys(t.names)) {
		for !generic(dir) && dir != "/" {
			dir = path.Dir(dir)
		}
		if generic(dir) && !slices.Contains(roots, dir) {
			for rest := range t.below {
				t.names.guess(path.Join(dir, rest))
			}
		}
	}
}

// scriptNames gives the paths that a script has in its text, also where it puts a folder such as /usr/share and a quoted
// word together.
func scriptNames(text []byte) names {
	n := names{}
	scanNames(text, func(run []byte) { n.add(run, "") })
	for _, dir := range []string{"/usr/share", "/usr/lib"} {
		if n[dir] {
			for _, m := range quotedWord.FindAllSubmatch(text, -1) {
				n.guess(path.Join(dir, string(m[1])))
			}
		}
	}
	return n
}

var quotedWord = lazyregexp.New(`['"]([A-Za-z][A-Za-z0-9_.+-]+)['"]`)

// elfNames gives the paths that an ELF file has in its data.
func elfNames(f *elffile.File, prefix string) (names, error) {
	t := texts{names: names{}, prefix: prefix, below: map[string]bool{}}
	err := f.ScanData(maxName, func(b []byte) bool {
		t.scan(b)
		return true
	})
	t.joined()
	return t.names, err
}

// within tells whether p is dir or below it.
func within(p, dir string) bool {
	return p == dir || strings.HasPrefix(p, dir) && (dir == "/" || p[len(dir)] == '/')
}
