// Package companions adds to an image what its files ask for at run time and
// name in no symbol table: time zones, locales, character sets, the libraries
// that glibc opens by itself, and those that LD_PRELOAD names. It also sets what
// makes a sanitizer's runtime leave out what no kernel of ours can do.
//
// What is added follows from the functions that the ELF files import, from the
// environment, and from what the host has. It goes only where the manifest has
// nothing. The input is as hostile as package elffile takes it; nothing is
// executed.
package companions

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/manifest"
)

// Options say what the image is for.
type Options struct {
	manifest.ClosureOptions // of the libraries that are added
	// Env are the words NAME=VALUE that the program gets, those of a later run too.
	Env []string
	// Host gives the image the host's time zone and list of services, as a program that was named
	// alone has it; a manifest lists its own.
	Host bool
}

// image is a manifest that things are added to.
type image struct {
	m    *manifest.Manifest
	opt  Options
	have map[string]bool // guest paths; whether each is a directory
	uses uses
	warn []string
}

// Add adds what the files of m need. The warnings are single lines about what
// the host lacks.
func Add(m *manifest.Manifest, opt Options) (warnings []string, err error) {
	im := &image{m: m, opt: opt, have: map[string]bool{}}
	for _, e := range m.Entries {
		im.note(e.Guest, e.Dir)
	}
	if err := im.preloads(); err != nil { // first: they use things themselves
		return nil, err
	}
	if im.uses, err = readUses(m.Entries); err != nil {
		return nil, err
	}
	for _, add := range []func() error{im.zones, im.locales, im.charsets, im.data, im.openedLibraries, im.leaks} {
		if err := add(); err != nil {
			return nil, err
		}
	}
	return im.warn, nil
}

func (im *image) note(guest string, dir bool) {
	im.have[guest] = dir
	for d := path.Dir(guest); d != "/" && d != "."; d = path.Dir(d) {
		if _, there := im.have[d]; !there {
			im.have[d] = true
		}
	}
}

// free reports whether the image has nothing at guest, and no file or link on
// the way there.
func (im *image) free(guest string) bool {
	if _, there := im.have[guest]; there {
		return false
	}
	for d := path.Dir(guest); d != "/" && d != "."; d = path.Dir(d) {
		if dir, there := im.have[d]; there && !dir {
			return false
		}
	}
	return true
}

// put adds an entry if its place is free.
func (im *image) put(e manifest.Entry) {
	if im.free(e.Guest) {
		im.note(e.Guest, false)
		im.m.Entries = append(im.m.Entries, e)
	}
}

// file adds the host's regular file at name under the same name, links
// followed. It reports whether there is one.
func (im *image) file(name string) bool {
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return false
	}
	if st, err := os.Stat(real); err != nil || !st.Mode().IsRegular() {
		return false
	}
	im.put(manifest.Entry{Guest: path.Clean(name), Host: real})
	return true
}

// library adds the library that a loader finds under name, and what that needs.
func (im *image) library(name string) (found bool, err error) {
	before := len(im.m.Entries)
	found, err = im.m.AddLibrary(name, im.opt.ClosureOptions)
	for _, e := range im.m.Entries[before:] {
		im.note(e.Guest, e.Dir)
	}
	return found, err
}

// env returns the values of an environment variable, that of the manifest and
// of a run: either may count.
func (im *image) env(name string) []string {
	var out []string
	for _, e := range im.opt.Env {
		if v, ok := strings.CutPrefix(e, name+"="); ok && v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// preloads adds the libraries of LD_PRELOAD. One that is missing is for the
// loader to tell of.
func (im *image) preloads() error {
	for _, v := range im.env("LD_PRELOAD") {
		for _, name := range strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ':' }) {
			if _, err := im.library(name); err != nil {
				return err
			}
		}
	}
	return nil
}
