package uk

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"uk/internal/companions"
	"uk/internal/interpreters"
	"uk/manifest"
)

// addInputs adds what a program that was named alone reads: a language's library, and the files that its
// arguments name.
func (p *Plan) addInputs() error {
	if p.opt.NoLibraries {
		return nil
	}
	if err := p.addInterpreter(); err != nil {
		return err
	}
	wd, err := os.Getwd()
	if err != nil {
		return nil // there is none, and no file in it
	}
	shared := func(guest string) bool { _, shared := p.inShare(guest); return shared }
	for _, w := range companions.Arguments(p.Manifest, wd, p.opt.Cwd, shared) {
		p.opt.warn(w)
	}
	return nil
}

// addInterpreter adds what the program needs besides its libraries if it is one that runs scripts.
func (p *Plan) addInterpreter() error {
	m := p.Manifest
	before := len(m.Entries)
	known, warnings, err := interpreters.Add(m, interpreters.Options{Program: m.App.Program, Shared: p.inShare})
	for _, w := range warnings {
		p.opt.warn(w)
	}
	if err != nil || !known {
		return err
	}
	if err := p.scriptFolder(); err != nil {
		return err
	}
	return p.addModuleLibraries(before)
}

// scriptFolder starts an interpreter where it would be on the host, if the image has that folder:
// some languages look for modules there.
func (p *Plan) scriptFolder() error {
	m := p.Manifest
	wd, err := os.Getwd()
	if err != nil || m.App.Cwd != "" {
		return nil
	}
	wd = manifest.GuestPath(wd)
	inside := func(e manifest.Entry) bool { return strings.HasPrefix(e.Guest, strings.TrimSuffix(wd, "/")+"/") }
	if slices.ContainsFunc(m.Entries, inside) {
		m.App.Cwd = wd
	}
	return nil
}

// addModuleLibraries adds the libraries of an interpreter's modules, the entries from n on. A module
// whose library this machine lacks cannot be loaded here either, and is left out.
func (p *Plan) addModuleLibraries(n int) error {
	m := p.Manifest
	for {
		entries := slices.Clone(m.Entries)
		err := m.AddLibraries(p.closure(p.opt.Libc))
		var missing *manifest.LibraryError
		if !errors.As(err, &missing) {
			return err
		}
		i := slices.IndexFunc(entries[n:], func(e manifest.Entry) bool {
			real, _ := filepath.EvalSymlinks(e.Host)
			return e.Host != "" && (e.Host == missing.By || real == missing.By)
		})
		if i < 0 {
			return err
		}
		m.Entries = slices.Delete(entries, n+i, n+i+1)
	}
}
