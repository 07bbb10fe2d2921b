package build

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/attributes"
	"uk.example/internal/bounded"
	"uk.example/internal/image"
	"uk.example/internal/kits"
	"uk.example/internal/outfile"
	"uk.example/linker"
	"uk.example/rofs"
)

// ModuleOptions say how the modules of a finished image are changed.
type ModuleOptions struct {
	Kit string // as in [Options]
	// Boot has added modules loaded at boot. Those that are not the kit's always are.
	Boot     bool
	Progress func(step string)
	Bytes    func(done, total int64)
	Warn     func(line string)
}

// ModuleChange is what became of an image whose modules were changed.
type ModuleChange struct {
	Path    string   `json:"path"`
	Added   []string `json:"added"`   // with what they need
	Removed []string `json:"removed"` // those that were named
	Modules []string `json:"modules"` // of the image now
	// Kernel is the kernel's size in bytes, Before what it was: the kernel is linked
	// again if the modules ask it for other functions.
	Kernel   int64  `json:"kernel"`
	Before   int64  `json:"kernel_before"`
	Relinked bool   `json:"relinked"`
	ID       string `json:"id"` // SHA-256 of the root file system, hex
}

// ListedModule is a module in an image.
type ListedModule struct {
	image.Module
	Name string `json:"name"`
	Boot bool   `json:"boot"` // loaded at boot, whatever asks for it
}

// moduleEdit is the work on one image.
type moduleEdit struct {
	im     *image.Bundle
	kit    *linker.Kit
	root   *rofs.FS
	opt    ModuleOptions
	values map[string]byte           // drivers of the image: y or m
	others map[string]*linker.Module // modules that are not the kit's, by name
	boot   []string
	stop   bool
	tmp    string // beside the image
}

// openBundle opens an image that is a folder.
func openBundle(dir string) (*image.Bundle, error) {
	if st, err := os.Stat(dir); err == nil && !st.IsDir() {
		return nil, fmt.Errorf("%s: is a file: modules are changed in the folder that `uk build` made; make disks of it again with `uk image`", dir)
	}
	return image.Open(dir)
}

// ListModules tells which modules the image in the folder dir has.
func ListModules(dir string) ([]ListedModule, error) {
	im, err := openBundle(dir)
	if err != nil {
		return nil, err
	}
	files, err := im.ModuleList()
	out := []ListedModule{}
	if err != nil || len(files) == 0 {
		return out, err
	}
	root, err := rofs.Open(im.Root())
	if err != nil {
		return nil, err
	}
	defer root.Close()
	e := &moduleEdit{im: im, root: root}
	if err := e.readIndex(); err != nil {
		return nil, err
	}
	for _, f := range files {
		name := strings.TrimSuffix(path.Base(f.Path), ".so")
		out = append(out, ListedModule{f, name, slices.Contains(e.boot, name)})
	}
	return out, nil
}

// AddModules adds modules to the image in the folder dir: drivers of the kit by
// their names, others by their files. They must be of the kit that the image was
// built with. The image changes in one step, or not at all.
func AddModules(ctx context.Context, dir string, modules []string, opt ModuleOptions) (*ModuleChange, error) {
	return editModules(ctx, dir, opt, func(e *moduleEdit) error {
		for _, m := range modules {
			if err := e.add(m); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveModules takes modules out of the image in the folder dir.
func RemoveModules(ctx context.Context, dir string, modules []string, opt ModuleOptions) (*ModuleChange, error) {
	return editModules(ctx, dir, opt, func(e *moduleEdit) error {
		for _, m := range modules {
			if err := e.remove(m); err != nil {
				return err
			}
		}
		return e.needed(modules)
	})
}

func editModules(ctx context.Context, dir string, opt ModuleOptions, edit func(*moduleEdit) error) (_ *ModuleChange, err error) {
	im, err := openBundle(dir)
	if err != nil {
		return nil, err
	}
	if err := checkOutput(dir); err != nil { // the folder is replaced
		return nil, err
	}
	kit, err := kits.Open(opt.Kit)
	if err != nil {
		return nil, err
	}
	ref, err := ImageReference(kit, dir)
	if err != nil {
		return nil, err
	}
	e := &moduleEdit{im: im, kit: kit, opt: opt, values: map[string]byte{}, others: map[string]*linker.Module{}}
	if e.root, err = rofs.Open(im.Root()); err != nil {
		return nil, err
	}
	defer e.root.Close()
	output := outfile.Place(filepath.Clean(dir))
	made, err := outfile.MakeDir(filepath.Dir(output), ".uk-build-", 0o700)
	if err != nil {
		return nil, outfile.Named(err, dir)
	}
	defer func() {
		_ = made.Remove()
		var pe *fs.PathError
		if errors.As(err, &pe) { // of a file that nobody sees
			pe.Path = strings.Replace(pe.Path, filepath.Join(made.Name, "image"), dir, 1)
		}
	}()
	e.tmp = made.Name
	if err := e.read(); err != nil {
		return nil, err
	}
	if err := edit(e); err != nil {
		return nil, err
	}
	kernel, err := e.link(ctx, ref)
	if err != nil {
		return nil, err
	}
	after, err := e.write(ctx, kernel)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := place(filepath.Join(e.tmp, "image"), output); err != nil {
		return nil, err
	}
	out := &ModuleChange{Path: dir, Added: []string{}, Removed: []string{}, Modules: after.Modules,
		Kernel: after.KernelSize, Before: im.KernelSize, Relinked: after.KernelSHA256 != im.KernelSHA256, ID: after.ID}
	for _, m := range after.Modules {
		if !slices.Contains(im.Modules, m) {
			out.Added = append(out.Added, m)
		}
	}
	for _, m := range im.Modules {
		if !slices.Contains(after.Modules, m) {
			out.Removed = append(out.Removed, m)
		}
	}
	return out, nil
}

// readIndex reads which modules are loaded at boot, and what a refused one ends.
func (e *moduleEdit) readIndex() error {
	if len(e.im.Modules) == 0 {
		return nil
	}
	name := strings.TrimPrefix(path.Join(image.ModulesFolder, image.ModuleIndex), "/")
	text, err := fs.ReadFile(e.root, name)
	if err != nil {
		return fmt.Errorf("%s: %w", e.im.Root(), err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		alias, file, _ := strings.Cut(line, " ")
		switch alias {
		case "boot":
			e.boot = append(e.boot, strings.TrimSuffix(file, ".so"))
		case "on-failure":
			e.stop = true
		}
	}
	return nil
}

// read finds what the image has. Modules that are not the kit's are only there.
func (e *moduleEdit) read() error {
	for _, d := range e.im.Drivers {
		e.values[d] = 'y'
	}
	for _, name := range e.im.Modules {
		if d, err := e.kit.Find(name); err == nil {
			e.values[d.Name] = 'm'
			continue
		}
		data, err := fs.ReadFile(e.root, strings.TrimPrefix(path.Join(image.ModulesFolder, name+".so"), "/"))
		if err != nil {
			return fmt.Errorf("%s: %w", e.im.Root(), err)
		}
		file := filepath.Join(e.tmp, name+".so")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			return err
		}
		if e.others[name], err = linker.ReadModule(file); err != nil {
			return err
		}
	}
	return e.readIndex()
}

func (e *moduleEdit) add(m string) error {
	if strings.Contains(m, "/") || strings.HasSuffix(m, ".so") {
		return e.addFile(m)
	}
	d, err := e.kit.Find(m)
	if err != nil {
		return fmt.Errorf("%w; a module of one's own is named by its file, as ./%s.so", err, m)
	}
	switch {
	case e.values[d.Name] == 'y':
		return fmt.Errorf("%s: %s is built into this image's kernel", e.im.Name(), d.Name)
	case e.values[d.Name] == 'm' && !slices.Contains(e.im.Modules, d.Name):
		return fmt.Errorf("the module %s is named twice", d.Name)
	case e.values[d.Name] == 'm':
		return fmt.Errorf("%s: has the module %s already", e.im.Name(), d.Name)
	case d.Type == linker.TypeBool:
		return fmt.Errorf("%w: build the image again with `--drivers %s`", d.NoModule(), d.Name)
	}
	e.values[d.Name] = 'm'
	if e.opt.Boot {
		e.boot = append(e.boot, d.Name)
	}
	return nil
}

func (e *moduleEdit) addFile(file string) error {
	one, err := linker.ReadModule(file)
	if err != nil {
		return err
	}
	if !image.ValidName(one.Name) {
		return fmt.Errorf("%s: the name may have letters, digits, _ and - only, and 40 of them", file)
	}
	if (e.others[one.Name] != nil || e.values[one.Name] == 'm') && !slices.Contains(e.im.Modules, one.Name) {
		return fmt.Errorf("%s: another module %s is named as well: rename one of the files", file, one.Name)
	}
	if e.others[one.Name] != nil || e.values[one.Name] == 'm' {
		return fmt.Errorf("%s: has a module %s already: remove that first, or rename the file", e.im.Name(), one.Name)
	}
	if one.Fingerprint != e.kit.Fingerprint {
		return fmt.Errorf("%s: was made with another kit (%s) than %s (%s): build it again", file, one.Fingerprint[:12], e.im.Name(), e.kit.Fingerprint[:12])
	}
	if len(one.Refused) > 0 {
		return fmt.Errorf("%s: %s", file, one.Refused[0])
	}
	e.others[one.Name] = one
	e.boot = append(e.boot, one.Name)
	return nil
}

func (e *moduleEdit) remove(m string) error {
	name := strings.TrimSuffix(path.Base(m), ".so")
	if d, err := e.kit.Find(name); err == nil {
		name = d.Name
	}
	switch {
	case e.values[name] == 'y':
		return fmt.Errorf("%s: %s is built in, it is no module: build the image again with `--drivers -%s`", e.im.Name(), name, name)
	case e.values[name] != 'm' && e.others[name] == nil:
		have := strings.Join(e.im.Modules, ", ")
		return fmt.Errorf("%s: has no module %s; it has %s", e.im.Name(), name, cmp.Or(have, "none"))
	}
	delete(e.values, name)
	delete(e.others, name)
	e.boot = slices.DeleteFunc(e.boot, func(b string) bool { return b == name })
	return nil
}

// needed refuses to remove what a module that stays needs.
func (e *moduleEdit) needed(removed []string) error {
	var left []*linker.Module
	kit, err := e.kit.Modules()
	if err != nil {
		return err
	}
	for i := range kit {
		if m := &kit[i]; e.values[m.Name] == 'm' {
			left = append(left, m)
		}
	}
	for _, m := range e.others {
		left = append(left, m)
	}
	slices.SortFunc(left, func(a, b *linker.Module) int { return strings.Compare(a.Name, b.Name) })
	for _, m := range left {
		for _, n := range m.Needs {
			if name := strings.TrimSuffix(n, ".so"); e.values[name] == 0 && e.others[name] == nil && slices.Contains(e.im.Modules, name) {
				return fmt.Errorf("%s: %s needs %s: remove %s as well, or neither", e.im.Name(), m.Name, name, m.Name)
			}
		}
	}
	return nil
}

// link links the image's kernel with the modules that it has now.
func (e *moduleEdit) link(ctx context.Context, ref *Reference) (*linker.Result, error) {
	if e.opt.Progress != nil {
		e.opt.Progress("linking the kernel")
	}
	opt := ref.Opt
	opt.Profile, opt.Settings = linker.ProfileNone, SettingsOf(e.values, 0)
	for _, m := range e.others {
		opt.Modules = append(opt.Modules, m)
	}
	slices.SortFunc(opt.Modules, func(a, b *linker.Module) int { return strings.Compare(a.Name, b.Name) })
	_, err := os.Stat(filepath.Join(e.im.Dir, image.DebugFile))
	opt.KeepDebug = err == nil
	res, err := LinkCached(ctx, opt, ref.Names)
	if err != nil {
		return nil, err
	}
	if res.Modules == nil {
		return res, nil
	}
	for _, name := range e.boot {
		if e.others[name] != nil {
			continue
		}
		if d, err := e.kit.Find(name); err != nil || !slices.Contains(res.Modules.Names(), d.Name) {
			return nil, fmt.Errorf("%s is part of another module, or built in: it cannot be loaded at boot by itself", name)
		}
	}
	if len(res.Modules.Missing) > 0 {
		return nil, errors.New(res.Modules.Missing[0])
	}
	return res, nil
}

// isOurs: the folder of modules, and what of the way to it leads nowhere else.
func (e *moduleEdit) isOurs(p string) bool {
	for p != image.ModulesFolder {
		list, err := e.root.ReadDir(strings.TrimPrefix(p, "/"))
		if err != nil || len(list) != 1 || !strings.HasPrefix(image.ModulesFolder, p+"/"+list[0].Name()) {
			return false
		}
		p += "/" + list[0].Name()
	}
	return true
}

// write makes the image's files in a folder of their own.
func (e *moduleEdit) write(ctx context.Context, kernel *linker.Result) (*image.Info, error) {
	if e.opt.Progress != nil {
		e.opt.Progress("packing files")
	}
	entries, err := e.root.Entries(e.isOurs)
	if err != nil {
		return nil, err
	}
	files, err := moduleFiles(e.kit, kernel, e.boot, e.stop, entries)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(e.tmp, "image")
	if err := os.Mkdir(dir, 0o777); err != nil {
		return nil, err
	}
	rights := func(name string) error { // whoever could read the image can
		st, err := os.Stat(filepath.Join(e.im.Dir, name))
		if err != nil {
			return nil // a file that it did not have
		}
		return os.Chmod(filepath.Join(dir, name), st.Mode().Perm())
	}
	packing := e.root.Options()
	packing.Digest, packing.Progress = true, e.opt.Bytes
	policy, err := attributes.New("", nil) // of what is new; the others keep what they have
	if err != nil {
		return nil, err
	}
	packing.Adjust = policy.Adjust
	stats, err := rofs.WriteFile(ctx, filepath.Join(dir, image.RootFile), append(entries, files...), packing)
	if err != nil {
		return nil, err
	}
	for _, f := range []struct{ from, to string }{
		{kernel.Kernel, image.KernelFile}, {kernel.SymbolFile, image.SymbolsFile}, {kernel.MapFile, image.MapFile}, {kernel.DebugFile, image.DebugFile},
	} {
		if f.from != "" {
			if err := bounded.Copy(filepath.Join(dir, f.to), f.from); err != nil {
				return nil, err
			}
		}
	}
	info := e.im.Info
	info.ID, info.RootSHA256, info.RootSize = stats.SHA256, stats.SHA256, stats.ImageBytes
	info.KernelSHA256, info.KernelSize = kernel.SHA256, kernel.Size
	info.Drivers, info.Modules = notNil(kernel.Drivers), kernel.Modules.Names()
	if info.RootSpot, err = image.SpotFile(filepath.Join(dir, image.RootFile)); err != nil {
		return nil, err
	}
	if err := info.Write(dir); err != nil {
		return nil, err
	}
	for _, name := range append([]string{""}, image.FileNames()...) {
		if err := rights(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	_, err = image.Open(dir) // the cache may have changed under our hands
	return &info, err
}
