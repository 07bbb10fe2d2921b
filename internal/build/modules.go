package build

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/image"
	"uk.example/internal/kits"
	"uk.example/linker"
	"uk.example/rofs"
	"uk.example/symbols"
)

// Values of [kernel] module_failure: what a guest does when a module is refused.
const (
	ModuleFailureContinue = "continue" // says why, and does without it (also "")
	ModuleFailureStop     = "stop"     // says why, and ends with status 126
)

// OpenKit opens the kit, once.
func (p *Plan) OpenKit() (*linker.Kit, error) {
	if p.kit != nil {
		return p.kit, nil
	}
	var err error
	p.kit, err = kits.Open(p.opt.Kit)
	return p.kit, err
}

// kitProfile is the kit with the profile of it that the kernel is of.
func (p *Plan) kitProfile() (*linker.Kit, *linker.Profile, error) {
	kit, err := p.OpenKit()
	if err != nil {
		return nil, nil, err
	}
	profile, err := kit.Profile(p.Manifest.Kernel.Profile)
	return kit, profile, err
}

// readModules reads [kernel] modules: the kit's by their names, which makes them
// modules if a later line does not say otherwise, and others by their files.
func (p *Plan) readModules() error {
	m := p.Manifest
	where := m.Where["kernel.modules"].String()
	for _, w := range m.Kernel.Modules {
		if !strings.Contains(w, "/") && !strings.HasSuffix(w, ".so") {
			s, err := linker.ParseDrivers(w+"=m", where)
			if err != nil {
				return err
			}
			p.drivers = append(p.drivers, s...)
			continue
		}
		host := w
		if !filepath.IsAbs(host) {
			host = filepath.Join(m.Dir, host)
		}
		one, err := linker.ReadModule(host)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: modules: there is no file %s: names are relative to the manifest", where, host)
		}
		if err != nil {
			return fmt.Errorf("%s: modules: %w", where, err)
		}
		if !image.ValidName(one.Name) {
			return fmt.Errorf("%s: modules: %s: the name may have letters, digits, _ and - only, and 40 of them", where, w)
		}
		p.otherModules = append(p.otherModules, one)
	}
	for i := range m.Entries {
		if g := m.Entries[i].Guest; g == image.ModulesFolder || strings.HasPrefix(g, image.ModulesFolder+"/") {
			return fmt.Errorf("%s: %s is for the kernel's modules: name them with [kernel] modules=, or put the file elsewhere", m.Entries[i].Pos, g)
		}
	}
	return nil
}

// chooseParts adds the settings that follow from the program, where no line or profile says something of them or
// needs them otherwise.
func (p *Plan) chooseParts() error {
	kit, profile, err := p.kitProfile()
	if err != nil {
		return err
	}
	now, err := kit.Resolve(profile, p.drivers)
	if err != nil {
		return err
	}
	said := func(s linker.Setting) bool {
		same := func(l linker.Setting) bool { return l.Config == s.Config }
		return now.Value(s.Config) == 'n' || slices.ContainsFunc(now.Settings, same)
	}
	settings := slices.DeleteFunc(slices.Concat(p.procSettings(), p.familySettings(now)), said)
	with := slices.Concat(settings, p.drivers)
	if r, err := kit.Resolve(profile, with); err == nil {
		p.drivers = with
		p.chooseGroups(r)
		return nil
	}
	for _, s := range settings { // one is needed
		with := slices.Concat([]linker.Setting{s}, p.drivers)
		if _, err := kit.Resolve(profile, with); err == nil {
			p.drivers = with
		}
	}
	p.chooseGroups(now)
	return nil
}

// selectModules works out which modules the image has. Without a kit, and when
// nothing names a module, there are none to be known of.
func (p *Plan) selectModules() error {
	named := len(p.otherModules) > 0 || slices.ContainsFunc(p.drivers, func(s linker.Setting) bool { return s.Value == 'm' })
	kit, err := p.OpenKit()
	if err != nil {
		if named {
			return err
		}
		return nil
	}
	profile, err := kit.Profile(p.Manifest.Kernel.Profile)
	if err != nil {
		return err
	}
	r, err := kit.Resolve(profile, p.drivers)
	if err != nil {
		return err
	}
	if p.modules, err = kit.SelectModules(r, p.otherModules); err != nil || p.modules == nil {
		return err
	}
	for _, w := range p.modules.Missing {
		p.opt.warn(w)
	}
	for _, w := range p.Manifest.Kernel.Modules {
		name := strings.TrimSuffix(path.Base(w), ".so")
		if d, err := kit.Find(w); err == nil {
			name = d.Name
		}
		if !slices.Contains(p.modules.Names(), name) {
			p.opt.warn(fmt.Sprintf("%s: modules: %s is not a module in this image: it is built in, or part of another one", p.Manifest.Where["kernel.modules"], w))
			continue
		}
		p.bootModules = append(p.bootModules, name)
	}
	return nil
}

// moduleBlocks are the names that modules ask the kernel for, as blocks of the
// version script. The linker keeps these names, but the kernel's table of dynamic
// symbols is for programs: the loader of modules finds them in a file of the image.
func (p *Plan) moduleBlocks() []symbols.Block {
	var out []symbols.Block
	if p.modules != nil {
		for i, m := range p.modules.Modules {
			out = append(out, symbols.Block{Comment: path.Join(image.ModulesFolder, filepath.Base(m.File)), Names: p.modules.Wanted[i]})
		}
	}
	return out
}

// moduleEntries are the files of ModulesFolder.
func (p *Plan) moduleEntries(kernel *linker.Result) ([]rofs.Entry, error) {
	return moduleFiles(p.kit, kernel, p.bootModules, p.Manifest.Kernel.ModuleFailure == ModuleFailureStop, p.entries())
}

// moduleFiles are the files of ModulesFolder, beside those that an image has. Boot
// are names of modules that are loaded at boot; stop: a refused one ends the guest.
func moduleFiles(kit *linker.Kit, kernel *linker.Result, boot []string, stop bool, beside []rofs.Entry) ([]rofs.Entry, error) {
	set := kernel.Modules
	if set == nil {
		return nil, nil
	}
	loader, err := kernel.BindLoader(kit, boot)
	if err != nil {
		return nil, err
	}
	out := []rofs.Entry{}
	have := map[string]bool{}
	for i := range beside {
		have[beside[i].Path] = true
	}
	for dir, i := "", 0; i < len(image.ModulesFolder); i++ {
		if i+1 == len(image.ModulesFolder) || image.ModulesFolder[i+1] == '/' {
			if dir = image.ModulesFolder[:i+1]; !have[dir] {
				out = append(out, rofs.Entry{Path: dir, Dir: true})
			}
		}
	}
	out = append(out,
		rofs.Entry{Path: path.Join(image.ModulesFolder, image.ModuleIndex), Data: set.Index(boot, stop)},
		rofs.Entry{Path: path.Join(image.ModulesFolder, image.ModuleSymbols), Data: kernel.SymbolTable()},
		rofs.Entry{Path: path.Join(image.ModulesFolder, image.ModuleLoader), Data: loader},
		rofs.Entry{Path: path.Join(image.ModulesFolder, image.ModuleFirst), Data: loader[:linker.LoaderFirst]})
	for _, m := range set.Modules {
		if _, err := os.Stat(m.File); err != nil {
			return nil, errors.New(m.File + ": is gone: rebuild the kit with `make kit`")
		}
		out = append(out, rofs.Entry{Path: path.Join(image.ModulesFolder, filepath.Base(m.File)), Host: m.File})
	}
	return out, nil
}
