package build

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"uk.example/internal/badoption"
	"uk.example/internal/osv"
	"uk.example/manifest"
)

// load reads a manifest with the variables that OSv's build knows.
func (p *Plan) load(name string) (*manifest.Manifest, error) {
	return manifest.Load(name, manifest.Options{Defines: p.opt.Defines, Variable: func(v string) (string, bool) {
		return osv.Variable(v, filepath.Dir(name))
	}})
}

// addRequired adds the files of the modules that a module.py beside the manifest requires. Of one that cannot
// be had, often as it was not built, the image does without; libraries are found on the host.
func (p *Plan) addRequired(m *manifest.Manifest) error {
	modules, err := osv.Required(m.Dir)
	if err != nil {
		return err
	}
	for _, r := range slices.Backward(modules) {
		if r.Missing {
			p.doesWithout(fmt.Sprintf("%s requires the module %s, and there is no such folder", r.By, r.Name), "")
		}
		if r.Manifest == "" {
			continue
		}
		under, err := p.load(r.Manifest)
		if err == nil {
			err = m.Underlay(under)
		}
		if err != nil {
			p.doesWithout(fmt.Sprintf("%s requires the module %s", r.By, r.Name), ": "+err.Error())
		}
	}
	return nil
}

// doesWithout tells of a module that cannot be had, and keeps it for an error that it may be the cause of.
func (p *Plan) doesWithout(what, why string) {
	p.opt.warn(what + ": the image does without it" + why)
	p.without = append(p.without, what+why)
}

// addCommand gives a manifest its command line. That is Options.Command's, or else the manifest's
// own; one without gets the arguments as a whole, or what OSv keeps beside it. Why there is none is
// said when an image is made of it: what only lists files does without.
func (p *Plan) addCommand(m *manifest.Manifest) error {
	args := p.opt.Args
	getenv := func(name string) string { return p.variable(m, name) }
	switch {
	case p.opt.Command != "":
		c, err := osv.ParseCommand(p.opt.Command, getenv)
		if err != nil {
			return &badoption.About{Option: "Command", Err: err}
		}
		p.setCommand(m, c, "--command")
	case len(m.App.Command) > 0:
	case args != nil:
		c, err := osv.Arguments(args)
		if err != nil {
			return fmt.Errorf("behind %s: %w", m.Name, err)
		}
		p.setCommand(m, c, "the command line")
		args = nil
	default:
		line, file, err := osv.Beside(m.Dir)
		if err == nil && file != "" {
			var c *osv.Command
			if c, err = osv.ParseCommand(line, getenv); err == nil {
				p.setCommand(m, c, file)
			} else {
				err = fmt.Errorf("%s: %w", file, err)
			}
		}
		p.noCommand = err
		return nil
	}
	if args != nil {
		m.App.Command = append(m.App.Command[:1:1], args...)
	}
	return nil
}

func (p *Plan) setCommand(m *manifest.Manifest, c *osv.Command, from string) {
	m.App.Command = slices.Clone(c.Words)
	m.App.Command[0] = inImage(m, c.Words[0])
	m.App.Env = append(m.App.Env, c.Env...)
	override(&m.App.Cwd, c.Cwd)
	if len(c.Ignored) > 0 {
		p.opt.notice(fmt.Sprintf("%s: options of OSv's kernel are passed over: %s", from, strings.Join(c.Ignored, " ")))
	}
}

// inImage is where OSv finds a program that is named without a folder: in the root, where its
// programs start, or among the libraries.
func inImage(m *manifest.Manifest, name string) string {
	if path.IsAbs(name) {
		return name
	}
	for _, dir := range []string{"/", "/usr/lib"} {
		if at := path.Join(dir, name); m.Lookup(at) != nil {
			return at
		}
		if strings.Contains(name, "/") {
			break
		}
	}
	return path.Join("/", name)
}

// variable is the value of an environment variable that a command line of OSv's refers to; its
// kernel sets OSV_CPUS.
func (p *Plan) variable(m *manifest.Manifest, name string) string {
	if name == "OSV_CPUS" {
		return strconv.Itoa(cmp.Or(p.opt.CPUs, m.App.CPUs, 1))
	}
	for _, e := range slices.Backward(slices.Concat(m.App.Env, p.opt.Env, p.opt.RunEnv)) {
		if n, v, _ := strings.Cut(e, "="); n == name {
			return v
		}
	}
	p.opt.notice(fmt.Sprintf("the command line refers to $%s, which is not set: nothing takes its place", name))
	return ""
}

// commandMissing says why there is no command, and where one may stand.
func (p *Plan) commandMissing() error {
	why := cmp.Or(p.noCommand, fmt.Errorf("%s: no command", p.opt.Manifest))
	var c *osv.CommandError
	if p.noCommand != nil && !errors.As(why, &c) {
		return why
	}
	return fmt.Errorf("%w: write it behind the manifest (-- /prog ARGUMENT...), with --command, to a file cmdline beside it, or as \"command = /prog\" in [app]", why)
}
