package build

import (
	"bytes"
	"errors"
	"path"

	"uk.example/internal/elffile"
	"uk.example/internal/launcher"
	"uk.example/internal/target"
	"uk.example/rofs"
	"uk.example/symbols"
)

// startFolder is where an image has the program that starts its library.
const startFolder = "/.uk"

// checkProgram refuses a command whose file is no program for this machine, before
// anything is built of it. A library with a main() gets a program that calls it.
func (p *Plan) checkProgram() error {
	if len(p.Manifest.App.Command) == 0 {
		return nil
	}
	command := p.Manifest.App.Command[0]
	end, _ := p.Manifest.Find(command)
	e := p.Manifest.Lookup(end)
	if e == nil || e.Dir || e.Host == "" {
		return nil // that it is missing is told elsewhere
	}
	f, err := elffile.Open(e.Host)
	if errors.Is(err, elffile.ErrNotELF) {
		return target.NotOne(e.Host)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.CheckProgram(); err != nil {
		return err
	}
	return p.startMain(f, command)
}

// startMain makes the program that starts the library f, which the command names.
func (p *Plan) startMain(f *elffile.File, command string) error {
	main, err := f.HasMain()
	if err != nil || !main {
		return err
	}
	interp, libc := f.LoaderOfMain()
	p.starter = &rofs.Entry{Path: path.Join(startFolder, path.Base(command)), Data: launcher.Make(command, interp, libc)}
	return nil
}

// openInput opens a file of the image for symbols.Analyze.
func (p *Plan) openInput(in symbols.Input) (*symbols.ELF, error) {
	if in.Guest == p.starter.Path {
		return elffile.NewFile(bytes.NewReader(p.starter.Data), int64(len(p.starter.Data)), in.Guest)
	}
	return symbols.OpenELF(in.Host)
}
