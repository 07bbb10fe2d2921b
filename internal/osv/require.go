package osv

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/bounded"
	"uk.example/internal/lazyregexp"
)

// A Module is a folder that a module.py requires, perhaps through others.
type Module struct {
	Name     string
	Manifest string // its usr.manifest, "" if it has none
	Missing  bool   // there is no such folder
	By       string // the module.py that names it first
}

// required is a call of api.require() that stands for itself or gives its value a name.
var required = lazyregexp.New(`(?m)^(?:\w+\s*=\s*)?(?:api\.)?require(?:_running)?\(\s*["'](\w[\w.-]*)["']\s*[,)]`)

// maxModules is how many modules one may require, with those that they require.
const maxModules = 1000

// Required lists what the module.py in dir requires, each behind what it requires itself, as OSv's
// build puts their files into an image. They are looked for beside dir, and in OSv's folders apps and modules.
func Required(dir string) ([]Module, error) {
	r := &requires{seen: map[string]bool{filepath.Base(dir): true}}
	err := r.of(dir, dir)
	return r.list, err
}

type requires struct {
	seen map[string]bool
	list []Module
}

func (r *requires) of(dir, from string) error {
	name := filepath.Join(dir, "module.py")
	src, err := bounded.ReadRegular(name, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, call := range required.FindAllSubmatch(src, -1) {
		m := Module{Name: string(call[1]), By: name}
		if r.seen[m.Name] || len(r.seen) > maxModules {
			continue
		}
		r.seen[m.Name] = true
		at, ok := moduleFolder(m.Name, from)
		if !ok {
			at, ok = provider(m.Name, from)
		}
		if m.Missing = !ok; ok {
			if err := r.of(at, from); err != nil {
				return err
			}
			if list := filepath.Join(at, "usr.manifest"); isFile(list) {
				m.Manifest = list
			}
		}
		r.list = append(r.list, m)
	}
	return nil
}

// modulePlaces are the folders that modules are looked for in: beside the folder from, and OSv's own.
func modulePlaces(from string) []string {
	abs, err := filepath.Abs(from)
	if err != nil {
		return nil
	}
	places := []string{filepath.Dir(abs)}
	if b, ok := base(from); ok {
		places = append(places, filepath.Join(b, "apps"), filepath.Join(b, "modules"))
	}
	return places
}

// provides is the list in which a module.py says for which other names its module stands too.
var provides = lazyregexp.New(`(?m)^provides\s*=\s*\[([^\]]*)\]`)

// provider is the one folder that is built and stands for the module of this name; that there are several is for
// people to settle.
func provider(name, from string) (string, bool) {
	var found []string
	for _, place := range modulePlaces(from) {
		list, err := filepath.Glob(filepath.Join(place, "*", "module.py"))
		if err != nil || len(list) > maxModules {
			continue
		}
		for _, file := range list {
			dir := filepath.Dir(file)
			src, err := bounded.ReadFile(file, maxFile)
			if err != nil || !isFile(filepath.Join(dir, "usr.manifest")) || slices.Contains(found, dir) {
				continue
			}
			if m := provides.FindSubmatch(src); m != nil && slices.Contains(strings.FieldsFunc(string(m[1]), isListMark), name) {
				found = append(found, dir)
			}
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// isListMark reports whether r stands between the names of a list.
func isListMark(r rune) bool { return strings.ContainsRune(" \t\r\n,\"'", r) }

func moduleFolder(name, from string) (string, bool) {
	places := modulePlaces(from)
	i := slices.IndexFunc(places, func(p string) bool {
		st, err := os.Stat(filepath.Join(p, name))
		return err == nil && st.IsDir()
	})
	if i < 0 {
		return "", false
	}
	return filepath.Join(places[i], name), true
}
