package datafiles

import (
	"bytes"
	"path"
	"strings"

	"uk/internal/elffile"
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

// names is the set of absolute paths that a file names, cleaned.
type names map[string]bool

// add takes one run of bytes out of a file; prefix is where a program is installed, "" for libraries.
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

// elfNames gives the paths that an ELF file has in its data.
func elfNames(f *elffile.File, prefix string) (names, error) {
	n := names{}
	err := f.ScanData(maxName, func(b []byte) bool {
		scanNames(b, func(name []byte) { n.add(name, prefix) })
		return true
	})
	return n, err
}

// within tells whether p is dir or below it.
func within(p, dir string) bool {
	return p == dir || strings.HasPrefix(p, dir) && (dir == "/" || p[len(dir)] == '/')
}
