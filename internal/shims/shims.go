// Package shims finds the program that a version manager's shim stands for: pyenv, rbenv, nodenv and
// their like, and asdf, put small shell scripts first in PATH that start the version of a language
// that a folder or a user has chosen. What they would start is found by the rules that their documents
// state; nothing is executed. Shims and the files that choose are the user's own, and are trusted as
// PATH is.
package shims

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"uk.example/internal/bounded"
	"uk.example/internal/lazyregexp"
)

// maxShim is the largest shim in bytes, and the largest file that chooses versions; theirs have some hundreds.
const maxShim = 16 << 10

// languages are those of the managers that are made as rbenv: their files that choose a version are
// called .LANGUAGE-version, and their variables MANAGER_VERSION.
var languages = map[string]string{
	"pyenv": "python", "rbenv": "ruby", "nodenv": "node", "plenv": "perl", "phpenv": "php", "luaenv": "lua", "goenv": "go", "jenv": "java",
}

// starts is the line with which a shim starts its manager; asdfs are the versions that asdf lists in its shims.
var (
	starts = lazyregexp.New(`(?m)^exec "?(?:[^"\s]*/)?([a-z]+)"? exec `)
	asdfs  = lazyregexp.New(`(?m)^# asdf-plugin: (\S+) (\S+)$`)
)

// Follow gives the path of the program that path stands for if path is a shim, and path itself if it is
// none. The search for the file that chooses a version starts in the working folder, as theirs does. An
// error says which version was chosen and what it lacks.
func Follow(path string) (string, error) {
	text, manager := read(path)
	if manager == "" {
		return path, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	name, root := filepath.Base(path), filepath.Dir(filepath.Dir(path))
	switch {
	case languages[manager] != "":
		return (&chosen{name: name, manager: manager, dir: dir, root: root}).rbenv()
	case manager == "asdf":
		return (&chosen{name: name, manager: manager, dir: dir, root: root}).asdf(asdfs.FindAllStringSubmatch(text, -1))
	}
	return path, nil
}

// read gives the text of a shim and the name of its manager, "" if path is none.
func read(path string) (text, manager string) {
	if filepath.Base(filepath.Dir(path)) != "shims" {
		return "", ""
	}
	if text = small(path); !strings.HasPrefix(text, "#!") {
		return "", ""
	}
	if m := starts.FindStringSubmatch(text); m != nil {
		return text, m[1]
	}
	return "", ""
}

// small is the text of a shim or of a file that chooses versions, "" for what is no small regular file: anybody may
// have put it into a folder above, and a pipe would be waited for.
func small(file string) string {
	b, _ := bounded.ReadRegular(file, maxShim)
	return string(b)
}

// chosen is the search for one program.
type chosen struct {
	name, manager, dir, root string
}

// rbenv follows rbenv's order: the variable, the nearest file above the working folder, the file of the
// whole manager; a version is a folder below versions/, or the system's.
func (c *chosen) rbenv() (string, error) {
	versions, from := c.versions()
	for _, v := range versions {
		if v == "system" {
			if p, err := c.system(); err == nil {
				return p, nil
			}
			continue
		}
		if p := filepath.Join(c.root, "versions", c.installed(v), "bin", c.name); isProgram(p) {
			return p, nil
		}
	}
	return "", fmt.Errorf("%s is a shim of %s, and version %s, which %s chooses, has no %s: choose another, or give the program's path",
		filepath.Join(c.root, "shims", c.name), c.manager, strings.Join(versions, ", "), from, c.name)
}

// versions gives the chosen versions and who chose them.
func (c *chosen) versions() (versions []string, from string) {
	variable := strings.ToUpper(c.manager) + "_VERSION"
	if v := os.Getenv(variable); v != "" {
		return strings.Split(v, ":"), "$" + variable
	}
	if file, v := nearest(c.dir, "."+languages[c.manager]+"-version", words); v != nil {
		return v, file
	}
	file := filepath.Join(c.root, "version")
	if v := words(file); v != nil {
		return v, file
	}
	return []string{"system"}, "nothing"
}

// installed gives the folder of a version: its own name, or the newest that it is the beginning of, as
// pyenv takes 3.11 for 3.11.7.
func (c *chosen) installed(version string) string {
	folders, _ := os.ReadDir(filepath.Join(c.root, "versions"))
	best := ""
	for _, f := range folders {
		if f.Name() == version {
			return version
		}
		if strings.HasPrefix(f.Name(), version+".") && (best == "" || compare(f.Name(), best) > 0) {
			best = f.Name()
		}
	}
	if best == "" {
		return folder(version)
	}
	return best
}

// folder is the name of a folder that a version or a plugin has, which leads nowhere else.
func folder(name string) string {
	if name = filepath.Base(name); name == ".." || name == "." || name == "/" {
		return "none"
	}
	return name
}

// asdf follows asdf's order: ASDF_LANGUAGE_VERSION, then .tool-versions above the working folder and at
// home; the shim itself says which plugins and versions have the program.
func (c *chosen) asdf(has [][]string) (string, error) {
	home, _ := os.UserHomeDir()
	for _, m := range has {
		plugin := folder(m[1])
		tool := func(file string) []string { return toolVersions(file, plugin) }
		var versions []string
		if v := os.Getenv("ASDF_" + strings.ToUpper(plugin) + "_VERSION"); v != "" {
			versions = strings.Fields(v)
		} else if _, v := nearest(c.dir, ".tool-versions", tool); v != nil {
			versions = v
		} else if home != "" {
			versions = tool(filepath.Join(home, ".tool-versions"))
		}
		for _, v := range versions {
			if v == "system" {
				if p, err := c.system(); err == nil {
					return p, nil
				}
			} else if p := filepath.Join(c.root, "installs", plugin, folder(v), "bin", c.name); isProgram(p) {
				return p, nil
			}
		}
	}
	return "", fmt.Errorf("%s is a shim of asdf, and no .tool-versions chooses a version that has %s: choose one, or give the program's path",
		filepath.Join(c.root, "shims", c.name), c.name)
}

// system looks in PATH without the shims.
func (c *chosen) system() (string, error) {
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if dir == "" || filepath.Clean(dir) == filepath.Join(c.root, "shims") {
			continue
		}
		if p := filepath.Join(dir, c.name); isProgram(p) {
			return p, nil
		}
	}
	return "", exec.ErrNotFound
}

// nearest reads the file of that name in dir or the nearest folder above that has one which says something.
func nearest(dir, name string, read func(file string) []string) (file string, says []string) {
	for {
		file = filepath.Join(dir, name)
		if says = read(file); says != nil {
			return file, says
		}
		if dir == filepath.Dir(dir) {
			return "", nil
		}
		dir = filepath.Dir(dir)
	}
}

// words are those of a file that chooses versions, without comments.
func words(file string) (out []string) {
	lines(file, func(line string) { out = append(out, strings.Fields(line)...) })
	return out
}

// toolVersions are those that a .tool-versions file chooses for one plugin.
func toolVersions(file, plugin string) (out []string) {
	lines(file, func(line string) {
		if w := strings.Fields(line); len(w) > 1 && w[0] == plugin && out == nil {
			out = w[1:]
		}
	})
	return out
}

// lines reads a file that chooses versions, without its comments.
func lines(file string, each func(line string)) {
	for line := range strings.Lines(small(file)) {
		line, _, _ = strings.Cut(line, "#")
		each(line)
	}
}

func isProgram(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.Mode().IsRegular() && st.Mode()&0o111 != 0
}

// compare orders versions by their numbers: 3.9 is before 3.11.
func compare(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		n, errN := strconv.Atoi(x)
		m, errM := strconv.Atoi(y)
		if errN != nil || errM != nil {
			return strings.Compare(x, y)
		}
		return n - m
	})
}
