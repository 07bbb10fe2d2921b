package explain

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	exportedsymbols "uk.example/exported_symbols"
	"uk.example/internal/elffile"
	"uk.example/internal/image"
	"uk.example/internal/kits"
	"uk.example/internal/report"
	"uk.example/internal/target"
	"uk.example/rofs"
	"uk.example/symbols"
)

// WhyOptions say how Why looks.
type WhyOptions struct {
	All      bool              // for a member, subsystem or driver: every section of it
	Kit      string            // folder of the kit, "" for the default; the kernel is linked without an exported symbol
	Progress func(step string) // nil: nobody is told
}

// Why tells what keeps name in a kernel: the chain from a symbol that a file of
// the image imports, a line of the profile, a system call or the boot down to it.
// Path is an image or a kernel with its link map beside it; name a function or
// variable, a section, an archive member, a driver, a system call or a subsystem.
func Why(ctx context.Context, path, name string, opt WhyOptions) ([]report.Chain, error) {
	s, err := openSubject(path)
	if err != nil {
		return nil, err
	}
	if err := step(ctx, opt.Progress, "reading the image's files"); err != nil {
		return nil, err
	}
	needs, err := s.needs(ctx)
	if err != nil {
		return nil, err
	}
	chains, err := s.kernel.Why(name, needs, opt.All)
	var missing *report.NotFoundError
	if errors.As(err, &missing) {
		if exp, eerr := exportedsymbols.Load(); eerr == nil && exp.Has(name) {
			return nil, fmt.Errorf("%s: %s is not in the kernel: no file of the image imports it", s.kernel.File, name)
		}
		if words := s.driverMissing(name); words != "" {
			return nil, fmt.Errorf("%s: %s", s.kernel.File, words)
		}
		return nil, fmt.Errorf("%s: %w", s.kernel.File, err)
	}
	if err != nil || !s.kernel.Exports(name) {
		return chains, err
	}
	if err := step(ctx, opt.Progress, "linking the kernel without "+name); err != nil {
		return nil, err
	}
	kit, noKit := kits.Open(opt.Kit)
	saving, err := s.kernel.Saving(ctx, kit, noKit, name)
	for i := range chains {
		chains[i].Alone = saving
	}
	return chains, err
}

// driverMissing says of a driver that the kit has and the kernel has not where it is, "" of any other name.
func (s *subject) driverMissing(name string) string {
	kit, err := kits.Open("")
	if err != nil {
		return ""
	}
	d, err := kit.Find(name)
	if err != nil {
		return ""
	}
	if slices.Contains(s.kernel.Map.Modules, d.Name) {
		return fmt.Sprintf("the driver %s is a module of this image, which the kernel loads when something needs it", d.Name)
	}
	return fmt.Sprintf("the driver %s (CONFIG_%s) is not in this kernel, of profile %s: --drivers +%s adds it",
		d.Name, d.Config, s.kernel.Map.Profile, d.Name)
}

// PartNames are names that [Why] knows of an image's or a kernel's parts.
func PartNames(path string) ([]string, error) {
	s, err := openSubject(path)
	if err != nil {
		return nil, err
	}
	return s.kernel.Names(), nil
}

// subject is what a report is about.
type subject struct {
	image  *image.Bundle // nil for a kernel alone
	kernel *report.Kernel
	files  []symbols.File // ELF files of the image
	calls  []*symbols.SyscallNeeds
	sites  []report.Sites
	read   bool // files and calls are set
}

// openSubject opens an image, or a kernel with the files that the linker made
// beside it.
func openSubject(path string) (*subject, error) {
	kind, path, err := target.Identify(path)
	if err != nil {
		return nil, err
	}
	s := &subject{}
	switch kind {
	case target.Image:
		if s.image, err = image.Open(path); err != nil {
			return nil, err
		}
		s.kernel, err = report.OpenKernel(s.image.Kernel(), s.image.LinkMap(), s.image.SymbolFile())
	case target.Program:
		if _, err := new(Report).kernel(path); err != nil {
			return nil, err
		}
		base := strings.TrimSuffix(path, ".elf")
		s.kernel, err = report.OpenKernel(path, base+".map.json", base+".sym")
	case target.Disk:
		return nil, fmt.Errorf("%s: is a disk, which has no link map of its kernel: name the image that it was made of", path)
	default:
		return nil, fmt.Errorf("%s: is no image or kernel: make an image with `uk build`", path)
	}
	return s, err
}

// readFiles finds out what the ELF files of the image ask for.
func (s *subject) readFiles(ctx context.Context) error {
	if s.read || s.image == nil {
		return nil
	}
	s.read = true
	root, err := rofs.Open(s.image.Root())
	if err != nil {
		return err
	}
	defer root.Close()
	var in []symbols.Input
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if "/"+name == image.ModulesFolder { // the kernel's own
			return cmp.Or(err, fs.SkipDir)
		}
		if err == nil && d.Type().IsRegular() {
			in = append(in, symbols.Input{Guest: "/" + name})
		}
		return cmp.Or(err, ctx.Err())
	})
	if err != nil {
		return err
	}
	opt := symbols.Options{DLSym: symbols.DLSymAuto, Open: func(in symbols.Input) (*elffile.File, error) { return openInRoot(root, in.Guest) }}
	if s.image.Libc != "image" {
		if opt.Exported, err = exportedsymbols.Load(); err != nil {
			return err
		}
	}
	r, err := symbols.Analyze(in, opt)
	if err != nil {
		return err
	}
	s.files = r.Files
	if len(s.image.Syscalls) == 0 {
		return nil
	}
	for i := range s.files {
		f, err := openInRoot(root, s.files[i].Guest)
		if err != nil {
			return err
		}
		n, err := symbols.ScanSyscalls(f, s.files[i].Guest)
		if err != nil {
			return err
		}
		if n != nil {
			s.calls = append(s.calls, n)
			if err := s.addSites(root, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// addSites adds the syscall instructions of a file. An image of another version, or whose kernel is asked for no system
// calls by number, has no jumps.
func (s *subject) addSites(root *rofs.FS, n *symbols.SyscallNeeds) error {
	if len(n.Jumps)+len(n.Traps) == 0 {
		return nil
	}
	has, err := root.Xattrs(strings.TrimPrefix(n.Guest, "/"))
	if err != nil {
		return err
	}
	f := report.Sites{File: n.Guest, Traps: []report.TrapSite{}}
	for _, t := range n.Traps {
		f.Traps = append(f.Traps, report.TrapSite(t))
	}
	if len(has) > 0 && has[0].Name == symbols.JumpsXattr {
		f.Jumps = len(n.Jumps)
	} else {
		for _, j := range n.Jumps {
			f.Traps = append(f.Traps, report.TrapSite{Addr: j.Addr, Why: "the image does not tell the kernel of it"})
		}
	}
	slices.SortFunc(f.Traps, func(a, b report.TrapSite) int { return cmp.Compare(a.Addr, b.Addr) })
	s.sites = append(s.sites, f)
	return nil
}

// openInRoot opens an ELF file of a root file system; nil, nil if it is none.
func openInRoot(root *rofs.FS, guest string) (*elffile.File, error) {
	f, err := root.Open(strings.TrimPrefix(guest, "/"))
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	r, ok := f.(io.ReaderAt)
	if !ok {
		return nil, fs.ErrInvalid
	}
	var magic [4]byte
	if n, _ := r.ReadAt(magic[:], 0); !elffile.IsELF(magic[:n]) {
		return nil, nil
	}
	e, err := elffile.NewFile(r, st.Size(), guest)
	if errors.Is(err, elffile.ErrMachine) || errors.Is(err, elffile.ErrNotELF) {
		return nil, nil
	}
	return e, err
}

// needs says which file asks for what.
func (s *subject) needs(ctx context.Context) (*report.Needs, error) {
	if err := s.readFiles(ctx); err != nil {
		return nil, err
	}
	n := &report.Needs{Symbols: map[string][]string{}, Calls: map[string][]string{}, Parts: map[string][]string{}}
	add := func(m map[string][]string, name, file string) {
		if !slices.Contains(m[name], file) {
			m[name] = append(m[name], file)
		}
	}
	for i := range s.files {
		f := &s.files[i]
		for _, name := range f.Symbols {
			add(n.Symbols, name, f.Guest)
		}
		for _, name := range f.Constants {
			add(n.Symbols, name, f.Guest+" (a constant that "+f.Lookup+" may look up)")
		}
		switch {
		case f.Static:
		case f.Interp != "" && s.image.Libc == "image":
			add(n.Parts, "exec_interp", f.Guest)
		case f.Interp != "":
			add(n.Parts, "exec_dynamic", f.Guest)
		default:
			add(n.Parts, "exec_libraries", f.Guest)
		}
		if s.image.Libc != "image" {
			for _, part := range f.Loader {
				add(n.Parts, "exec_"+part, f.Guest)
			}
		}
		if f.ExecStack {
			add(n.Parts, "exec_stacks", f.Guest)
		}
		if f.ErrorTexts {
			add(n.Parts, "uk_printf_errors", f.Guest)
		}
	}
	for _, c := range s.calls {
		for _, name := range c.Names {
			add(n.Calls, name, c.Guest)
		}
		add(n.Parts, "the syscall instruction", c.Guest)
	}
	n.Drivers = s.kernel.Map.DriverWhy
	return n, nil
}
