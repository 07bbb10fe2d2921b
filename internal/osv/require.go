package osv

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"uk/internal/bounded"
	"uk/internal/lazyregexp"
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

func moduleFolder(name, from string) (string, bool) {
	abs, err := filepath.Abs(from)
	if err != nil {
		return "", false
	}
	places := []string{filepath.Dir(abs)}
	if b, ok := base(from); ok {
		places = append(places, filepath.Join(b, "apps"), filepath.Join(b, "modules"))
	}
	i := slices.IndexFunc(places, func(p string) bool {
		st, err := os.Stat(filepath.Join(p, name))
		return err == nil && st.IsDir()
	})
	if i < 0 {
		return "", false
	}
	return filepath.Join(places[i], name), true
}
