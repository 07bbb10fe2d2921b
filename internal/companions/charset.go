package companions

import (
	"bytes"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/bounded"
	"uk.example/internal/elffile"
)

// gconvDirs are where a glibc looks for its character sets, by distribution.
var gconvDirs = []string{"/usr/lib/x86_64-linux-gnu/gconv", "/usr/lib64/gconv", "/usr/lib/gconv"}

// maxGconv bounds the configuration of character sets, in bytes.
const maxGconv = 4 << 20

// gconv is the configuration: which modules convert from or to a set.
type gconv struct {
	alias   map[string]string   // upper case
	modules map[string][]string // names of files without .so
}

// charsets adds glibc's modules for the character sets that the image may ask
// for: those that glibc itself lists as common (gconv-modules, in contrast to
// gconv-modules.d), and those that the files which call iconv_open, or the
// arguments and the environment, name. The kernel's C library uses them too, by
// gconv-modules.cache alone.
func (im *image) charsets() error {
	if im.uses.charsets == nil {
		return nil
	}
	config := "gconv-modules"
	if !im.opt.ImageLibc {
		config += ".cache"
	}
	i := slices.IndexFunc(gconvDirs, func(d string) bool { return im.file(filepath.Join(d, config)) })
	if i < 0 {
		return nil
	}
	dir := gconvDirs[i]
	im.file(filepath.Join(dir, "gconv-modules.cache"))
	common, all := newGconv(), newGconv()
	common.read(filepath.Join(dir, "gconv-modules"))
	all.read(filepath.Join(dir, "gconv-modules"))
	extra, _ := filepath.Glob(filepath.Join(dir, "gconv-modules.d", "*.conf"))
	for _, f := range extra {
		if im.opt.ImageLibc {
			im.file(f)
		}
		all.read(f)
	}
	wanted := map[string]bool{}
	for _, files := range common.modules {
		for _, f := range files {
			wanted[f] = true
		}
	}
	transliterates := false
	named := func(s []byte) {
		for _, f := range all.find(s) {
			wanted[f] = true
		}
		transliterates = transliterates || len(s) <= maxSetName && bytes.Contains(upper(new([maxSetName]byte), s), []byte("TRANSLIT"))
	}
	for _, host := range im.uses.charsets {
		if err := constants(host, named); err != nil {
			return err
		}
	}
	for _, w := range slices.Concat(im.m.App.Command, im.opt.Env) {
		for _, s := range strings.FieldsFunc(w, func(r rune) bool { return strings.ContainsRune("=., ", r) }) {
			named([]byte(s))
		}
	}
	for _, f := range slices.Sorted(maps.Keys(wanted)) { // the same image each time
		im.module(dir, f+".so")
	}
	if transliterates && im.uses.locales { // by the locale's own table
		im.file(filepath.Join(localeDir, "C.utf8", "LC_CTYPE"))
	}
	return nil
}

// module adds a module and the libraries beside it that it needs.
func (im *image) module(dir, name string) {
	if !im.file(filepath.Join(dir, name)) {
		return
	}
	f, err := elffile.Open(filepath.Join(dir, name))
	if err != nil {
		return
	}
	defer f.Close()
	if f.Dynamic == nil {
		return
	}
	for _, n := range f.Dynamic.Needed {
		if !strings.Contains(n, "/") {
			im.file(filepath.Join(dir, n)) // libc is elsewhere
		}
	}
}

// readSmall reads a file of the host's C library, which it may lack.
func readSmall(name string) []byte {
	f, _, err := bounded.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	b, err := bounded.Read(f, maxGconv)
	if err != nil {
		return nil
	}
	return b
}

func newGconv() *gconv { return &gconv{map[string]string{}, map[string][]string{}} }

// read adds a file: "alias NAME// SET//" and "module FROM TO FILE [COST]".
func (g *gconv) read(name string) {
	b := readSmall(name)
	set := func(s string) string { return strings.ToUpper(strings.TrimRight(s, "/")) }
	for line := range strings.Lines(string(b)) {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		switch {
		case len(f) >= 3 && f[0] == "alias":
			g.alias[set(f[1])] = set(f[2])
		case len(f) >= 4 && f[0] == "module":
			file := strings.TrimSuffix(f[3], ".so")
			if strings.Contains(file, "/") {
				continue
			}
			for _, s := range f[1:3] {
				if s = set(s); s != "INTERNAL" && !slices.Contains(g.modules[s], file) {
					g.modules[s] = append(g.modules[s], file)
				}
			}
		}
	}
}

// find returns the modules for a set by its name or an alias, in any case, with
// or without a suffix such as //TRANSLIT. A format that ends in a number, as
// "CP%d", stands for all sets that it can name.
func (g *gconv) find(name []byte) []string {
	name, _, _ = bytes.Cut(name, []byte("//"))
	if len(name) > maxSetName {
		return nil
	}
	name = upper(new([maxSetName]byte), name)
	if before, verb, ok := bytes.Cut(name, []byte("%")); ok {
		if v := string(bytes.Trim(verb, "0123456789L")); v != "D" && v != "U" || len(before) == 0 {
			return nil
		}
		return g.numbered(string(before))
	}
	if a := g.alias[string(name)]; a != "" {
		return g.modules[a]
	}
	return g.modules[string(name)]
}

// upper is strings.ToUpper for names of sets, which are ASCII and short: a large program has millions of constants.
func upper(to *[maxSetName]byte, s []byte) []byte {
	for i, c := range s {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		to[i] = c
	}
	return to[:len(s)]
}

// numbered returns the modules for all sets that are called prefix and a number, in order.
func (g *gconv) numbered(prefix string) []string {
	var files []string
	add := func(name string, of []string) {
		if n, ok := strings.CutPrefix(name, prefix); ok && n != "" && strings.Trim(n, "0123456789") == "" {
			files = append(files, of...)
		}
	}
	for name, set := range g.alias {
		add(name, g.modules[set])
	}
	for name, of := range g.modules {
		add(name, of)
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// maxSetName is the length of the longest name of a character set that is
// looked for.
const maxSetName = 40

// constants calls fn with the strings in the file's read-only data that could
// be names.
func constants(host string, fn func([]byte)) error {
	f, err := elffile.Open(host)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, r := range f.ReadOnlyRanges() {
		b, err := f.ReadRange(r, "constants")
		if err != nil {
			return err
		}
		for len(b) > 0 {
			s, rest, _ := bytes.Cut(b, []byte{0})
			if b = rest; len(s) > 1 && len(s) <= maxSetName {
				fn(s)
			}
		}
	}
	return nil
}
