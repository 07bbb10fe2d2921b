package build

import (
	"cmp"
	"errors"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/companions"
	"uk.example/internal/datafiles"
	"uk.example/internal/image"
	"uk.example/internal/interpreters"
	"uk.example/manifest"
)

// addInputs adds what a program that was named alone reads: a language's library, and the files that its
// arguments name.
func (p *Plan) addInputs() error {
	if p.opt.NoLibraries {
		return nil
	}
	known, err := p.addProgramData()
	if err != nil {
		return err
	}
	wd, err := os.Getwd()
	if err != nil {
		return nil // there is none, and no file in it
	}
	p.nameAsTyped(wd, known)
	p.scriptAsTyped()
	shared := func(guest string) bool { _, shared := p.inShare(guest); return shared }
	for _, w := range companions.Arguments(p.Manifest, wd, p.chosenCwd(), shared) {
		p.opt.notice(w)
	}
	return nil
}

// addProgramData adds the library of the language that the program interprets, and the data that it and its
// libraries name. It reports whether the program is an interpreter.
func (p *Plan) addProgramData() (known bool, err error) {
	m := p.Manifest
	before := len(m.Entries)
	if known, err = p.addInterpreter(); err != nil {
		return known, err
	}
	o := datafiles.Options{Program: m.App.Program, Shared: func(guest string) bool { _, shared := p.inShare(guest); return shared }}
	if known {
		o.Program = ""
	}
	language := map[string]bool{} // folders
	for i := range m.Entries[before:] {
		guest := m.Entries[before+i].Guest
		for at := strings.LastIndexByte(guest, '/'); at >= 0 && !language[guest[:at]]; at = strings.LastIndexByte(guest[:at], '/') {
			language[guest[:at]] = true
		}
	}
	o.Known = func(dir string) bool { return language[dir] }
	// The libraries of plug-ins have data as well.
	for first := true; first || o.From < len(m.Entries); first = false {
		here := len(m.Entries)
		if first {
			here = before
		}
		warnings, err := datafiles.Add(m, o)
		for _, w := range warnings {
			p.opt.warn(w)
		}
		o.From = len(m.Entries)
		if err != nil || here == len(m.Entries) {
			return known, err
		}
		for i := range m.Entries[here:] {
			m.Entries[here+i].Opened = true
		}
		if err := p.addModuleLibraries(here); err != nil {
			return known, err
		}
	}
	return known, nil
}

// nameAsTyped lets the program find the word that was typed as its name, as a shell does it, where that leads to it:
// interpreters find their libraries by it. One that was named from this folder on starts in it.
func (p *Plan) nameAsTyped(wd string, interpreter bool) {
	m, typed := p.Manifest, p.opt.Typed
	if typed == "" || m.App.Argv0 != nil || typed == m.App.Command[0] {
		return
	}
	leads := false
	switch abs, err := filepath.Abs(typed); {
	case !strings.Contains(typed, "/"):
		// Which folders PATH has in the guest is known; games and the like are in none of them.
		inPath := slices.Contains(filepath.SplitList(image.DefaultPath), path.Dir(m.App.Command[0]))
		found, _ := exec.LookPath(typed) // a script may stand for another program
		leads = (found == m.App.Program || abs == m.App.Program) && (inPath || !interpreter)
	case err != nil || abs != m.App.Program || path.IsAbs(typed):
	default:
		cwd := cmp.Or(p.chosenCwd(), m.App.Cwd)
		if cwd == "" {
			if cwd = "/"; strings.HasPrefix(m.App.Command[0], wd+"/") {
				cwd = wd
			}
		}
		if leads = path.Join(cwd, typed) == m.App.Command[0]; leads && p.chosenCwd() == "" && cwd == wd {
			m.App.Cwd, p.nameFolder = cwd, cwd
		}
	}
	if leads {
		m.App.Argv0 = &typed
	}
}

// scriptAsTyped has an interpreter find the word that was typed for its script, as the kernel gives it (execve(2)), where that
// leads to it.
func (p *Plan) scriptAsTyped() {
	m, typed := p.Manifest, p.opt.Typed
	i := len(m.App.Command) - len(p.opt.Args) - 1
	cwd := cmp.Or(p.chosenCwd(), m.App.Cwd, "/")
	if i > 0 && typed != "" && !path.IsAbs(typed) && path.Join(cwd, typed) == m.App.Command[i] {
		m.App.Command[i] = typed
	}
}

// chosenCwd is the working folder that a person chose for the program, "" if nobody did.
func (p *Plan) chosenCwd() string { return cmp.Or(p.opt.RunCwd, p.opt.Cwd) }

// addInterpreter adds what the program needs besides its libraries if it is one that runs scripts.
func (p *Plan) addInterpreter() (known bool, err error) {
	m := p.Manifest
	known, warnings, err := interpreters.Add(m, interpreters.Options{Program: m.App.Program, Shared: p.inShare, Facts: p.opt.memo.Facts})
	for _, w := range warnings {
		p.opt.warn(w)
	}
	if err != nil || !known {
		return known, err
	}
	return true, p.scriptFolder()
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
