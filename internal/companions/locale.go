package companions

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// localeDir is where glibc has its locales: a folder for each, or one archive
// for many.
const localeDir = "/usr/lib/locale"

// maxArchive bounds an archive of locales that is packed, in bytes.
const maxArchive = 64 << 20

// locales adds C.UTF-8, and the locales that the environment names, to an image
// with glibc in it: as the C library of the image, or inside a static program.
func (im *image) locales() error {
	if !(im.uses.locales && im.opt.ImageLibc) && !im.uses.staticLocales {
		return nil
	}
	names := []string{"C.UTF-8"}
	for _, e := range im.opt.Env {
		name, value, _ := strings.Cut(e, "=")
		if (name == "LANG" || strings.HasPrefix(name, "LC_")) && value != "" && value != "C" && value != "POSIX" {
			names = append(names, value)
		}
	}
	slices.Sort(names)
	for _, n := range slices.Compact(names) {
		if strings.ContainsAny(n, "/\x00") || n[0] == '.' {
			continue
		}
		found, err := im.folder(filepath.Join(localeDir, codeset(n)))
		if err != nil {
			return err
		}
		if archive := filepath.Join(localeDir, "locale-archive"); !found && codeset(n) != "C.utf8" {
			if st, err := os.Stat(archive); err == nil && st.Size() <= maxArchive {
				im.file(archive)
			}
		}
	}
	return nil
}

// codeset returns a locale's name with its character set as glibc writes it in
// the names of folders: letters and digits, small.
func codeset(locale string) string {
	language, set, ok := strings.Cut(locale, ".")
	if !ok {
		return locale
	}
	set, modifier, at := strings.Cut(set, "@")
	set = strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return -1
		}
		return r
	}, strings.ToLower(set))
	if at {
		return language + "." + set + "@" + modifier
	}
	return language + "." + set
}

// folder adds a folder of the host with all that is in it.
func (im *image) folder(dir string) (found bool, err error) {
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // what cannot be read is not there for the program either
		}
		found = found || d.Type().IsRegular()
		if !d.IsDir() {
			im.file(name)
		}
		return nil
	})
	return found, err
}
