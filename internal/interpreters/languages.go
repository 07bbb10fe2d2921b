package interpreters

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/bounded"
	"uk.example/internal/facts"
	"uk.example/internal/lazyregexp"
)

// language is one that is known.
type language struct {
	name  *lazyregexp.Regexp // of the interpreter's file
	word  string             // in the paths of its library
	paths func(im *image, exe, word string) []string
	skip  func(name string) bool
	bare  bool // strings need no quotes
	pyc   bool // the library has compiled files that know the time of their sources

	// loads are the words before the names of what a script loads; suffixes end the names of
	// files, and index is a folder's own file. Of loadWords each line that loads matches has one, which is quicker to
	// see; nil: not known.
	loads     *lazyregexp.Regexp
	loadWords []string
	suffixes  []string
	index     []string
}

func (l *language) folders(im *image, exe string) []string { return l.paths(im, exe, l.word) }

// languages is the table of them. A further one is a row.
var languages = []*language{
	{
		name: lazyregexp.New(`^python(\d+(\.\d+)?)?$`), paths: pythonFolders, pyc: true,
		skip: func(name string) bool {
			return strings.HasPrefix(name, "config-") || slices.Contains([]string{"test", "tests", "idlelib", "turtledemo", "lib2to3", sitePackages, "dist-packages"}, name)
		},
		loads: lazyregexp.New(`\b(import|from|__requires__|load_entry_point)\b`), loadWords: []string{"import", "from", "__requires__", "load_entry_point"}, suffixes: []string{".py", ".so"}, index: []string{"__init__.py"},
	},
	{
		name: lazyregexp.New(`^perl(5[\d.]*)?$`), word: "perl", paths: builtInPaths,
		loads: lazyregexp.New(`\b(use|require|do)\b`), loadWords: []string{"use", "require", "do"}, suffixes: []string{".pm", ".pl"},
	},
	{
		name: lazyregexp.New(`^ruby[\d.]*$`), word: "ruby", paths: rubyFolders,
		loads: lazyregexp.New(`\b(require|require_relative|load|autoload)\b`), loadWords: []string{"require", "load"}, suffixes: []string{".rb", ".so"},
	},
	{
		name: lazyregexp.New(`^php[\d.]*$`), word: "php", paths: builtInPaths,
		loads: lazyregexp.New(`\b(require|include)(_once)?\b`), loadWords: []string{"require", "include"}, suffixes: []string{".php", ".inc"},
	},
	{
		name: lazyregexp.New(`^(node|nodejs)$`), word: "nodejs", paths: builtInPaths,
		loads: lazyregexp.New(`\b(require|import|from)\b`), loadWords: []string{"require", "import", "from"}, suffixes: []string{".js", ".mjs", ".cjs", ".json", ".node"}, index: []string{"package.json", "index.js"},
	},
	{
		name: lazyregexp.New(`^lua(jit)?[\d.-]*$`), word: "lua", paths: builtInPaths,
		loads: lazyregexp.New(`\b(require|dofile|loadfile)\b`), loadWords: []string{"require", "dofile", "loadfile"}, suffixes: []string{".lua", ".so"}, index: []string{"init.lua"},
	},
	{
		name: lazyregexp.New(`^guile(-?[\d.]+)?$`), word: "guile", paths: builtInPaths,
		loads: lazyregexp.New(`\(load|\(include`), loadWords: []string{"(load", "(include"}, suffixes: []string{".scm"},
	},
	{
		name: lazyregexp.New(`^tclsh[\d.]*$`), word: "tcl", paths: builtInPaths, bare: true,
		loads: lazyregexp.New(`\bsource\b`), loadWords: []string{"source"}, suffixes: []string{".tcl"},
	},
	{
		name: lazyregexp.New(`^(sh|dash|bash|mksh|ksh|ksh93)$`), bare: true, paths: func(*image, string, string) []string { return nil },
		loads: lazyregexp.New(`(^|[;&|{(]|\b(then|do|else))\s*(\.|source)\s`), suffixes: []string{".sh", ".bash"},
	},
	{
		name: lazyregexp.New(`^gforth(-(fast|itc|ditc))?(-[\d.]+)?$`), word: "gforth", paths: builtInPaths,
		loads: lazyregexp.New(`(?i)\b(include|included|require|required|needs)\b`), suffixes: []string{".fs", ".fth", ".4th"},
	},
}

// loadsAt is where a line says that it loads something, or -1.
func (l *language) loadsAt(line string) int {
	if l.loadWords != nil && !slices.ContainsFunc(l.loadWords, func(w string) bool { return strings.Contains(line, w) }) {
		return -1
	}
	at := l.loads.FindStringIndex(line)
	if at == nil {
		return -1
	}
	return at[0]
}

func find(exe string) *language {
	i := slices.IndexFunc(languages, func(l *language) bool { return l.name.MatchString(filepath.Base(exe)) })
	if i < 0 {
		return nil
	}
	return languages[i]
}

// maxProgram bounds what is searched for paths, in bytes.
const maxProgram = 256 << 20

// hostPath is what may be a path in a program's strings.
var hostPath = lazyregexp.New(`/(?:[A-Za-z0-9_.+-]+/)*[A-Za-z0-9_.+-]+`)

// builtInPaths are the folders that the interpreter's files name: it was built with them. A search
// list is several in one string.
func builtInPaths(im *image, exe, word string) []string {
	files := []string{exe}
	for _, e := range im.m.Entries { // its own library, such as libperl.so.5.36
		if e.Host != "" && strings.Contains(path.Base(e.Guest), word) || strings.HasPrefix(path.Base(e.Guest), "libnode") {
			files = append(files, e.Host)
		}
	}
	var out []string
	for _, f := range files {
		dirs, _ := facts.Of(im.opt.Facts, f, "folders of "+word, func() ([]string, error) { return foldersIn(f, word) })
		for _, dir := range dirs {
			if isLibrary(dir, word) && !slices.Contains(out, dir) {
				out = append(out, dir)
			}
		}
	}
	slices.Sort(out)
	return slices.CompactFunc(out, func(a, b string) bool { return strings.HasPrefix(b, a+"/") }) // what is below another comes with it
}

// foldersIn gives what looks like a path with the word in a file.
func foldersIn(file, word string) (out []string, err error) {
	data, err := bounded.ReadRegular(file, maxProgram)
	if err != nil || !bytes.Contains(data, []byte(word)) {
		return nil, err
	}
	for _, p := range hostPath.FindAll(data, -1) {
		if dir := string(p); strings.Contains(dir, word) && !slices.Contains(out, dir) {
			out = append(out, dir)
		}
	}
	return out, nil
}

// rubyFolders are those that Ruby was built with and, of Debian's, where its packages put gems.
func rubyFolders(im *image, exe, word string) []string {
	out := builtInPaths(im, exe, word)
	if slices.Contains(out, "/usr/lib/ruby/vendor_ruby") {
		out = append(out, gemFolders("/")...)
	}
	return out
}

// gemFolders are what rubygems/defaults/operating_system.rb of Debian's Ruby adds to the paths, and where
// the gems are that come with Ruby.
func gemFolders(root string) (out []string) {
	for _, pattern := range []string{"usr/share/rubygems-integration", "usr/lib/*/rubygems-integration", "var/lib/gems", "usr/lib/ruby/gems", "usr/lib/*/ruby/gems", "usr/local/lib/ruby/gems"} {
		folders, _ := filepath.Glob(path.Join(root, pattern)) // fails for a bad pattern only
		out = append(out, folders...)
	}
	return out
}

// isLibrary tells whether a path is a folder of a language's own: its name has the language's, and
// it is not for people, nor for who compiles against it.
func isLibrary(dir, word string) bool {
	if !strings.Contains(dir, "/"+word) || path.Clean(dir) != dir {
		return false
	}
	for _, other := range []string{"/include", "/man/", "/doc", "/bin", "/src", "/build"} {
		if strings.Contains(dir, other) {
			return false
		}
	}
	st, err := os.Stat(dir)
	return err == nil && st.IsDir()
}
