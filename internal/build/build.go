package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/bounded"
	"uk.example/internal/cache"
	"uk.example/internal/guestview"
	"uk.example/internal/image"
	"uk.example/internal/outfile"
	"uk.example/rofs"
)

// Build makes a bundle at opt.Output. It appears whole or not at all, and on an
// error nothing is left behind and an older bundle stays as it was.
func Build(ctx context.Context, opt Options) (_ *image.Bundle, err error) {
	start := time.Now()
	if opt.Output == "" {
		return nil, errors.New("no output folder named")
	}
	if err := checkOutput(opt.Output); err != nil {
		return nil, err
	}
	im := &image.Bundle{Dir: opt.Output}
	lap := func(d *time.Duration, since time.Time) { *d = time.Since(since) }

	// The image's files are listed.
	t := time.Now()
	opt.packsModules = true
	remove, err := opt.unpack(ctx, true)
	if err != nil {
		return nil, err
	}
	defer remove()
	defer func() { err = opt.archiveError(err) }()
	p, err := Resolve(ctx, opt)
	if err != nil {
		return nil, err
	}
	command, err := p.command()
	if err != nil {
		return nil, err
	}
	argv0 := p.Manifest.App.Argv0
	if p.starter != nil { // under the library's own name
		if argv0 == nil {
			argv0 = &p.Manifest.App.Command[0]
		}
		command[0] = p.starter.Path
	}
	lap(&im.Timing.Resolve, t)

	// Symbols and system calls are known.
	t = time.Now()
	if err := p.Analyze(ctx); err != nil {
		return nil, err
	}
	lap(&im.Timing.Analyze, t)

	// The kernel is in the cache.
	t = time.Now()
	if err := opt.step(ctx, "linking the kernel"); err != nil {
		return nil, err
	}
	kit, err := p.OpenKit()
	if err != nil {
		return nil, err
	}
	kernels, err := cache.Dir(cache.Kernels)
	if err != nil {
		return nil, err
	}
	cache.Tell(opt.notice)
	release := cache.Hold(kernels)
	defer release()
	kernel, err := p.link(ctx, kit)
	if err != nil {
		return nil, err
	}
	lap(&im.Timing.Link, t)

	// The bundle is complete in a temporary folder beside its place.
	t = time.Now()
	if err := opt.step(ctx, "packing files"); err != nil {
		return nil, err
	}
	modules, err := p.moduleEntries(kernel)
	if err != nil {
		return nil, err
	}
	output := outfile.Place(filepath.Clean(opt.Output))
	parent := filepath.Dir(output)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return nil, err
	}
	made, err := outfile.MakeDir(parent, ".uk-build-", 0o777)
	if err != nil {
		return nil, outfile.Named(err, opt.Output)
	}
	tmp := made.Name
	defer func() {
		_ = made.Remove()
		var pe *os.PathError
		if errors.As(err, &pe) { // of a file that nobody sees
			pe.Path = strings.Replace(pe.Path, tmp, opt.Output, 1)
		}
	}()
	packing, err := p.packing()
	if err != nil {
		return nil, err
	}
	stats, err := rofs.WriteFile(ctx, filepath.Join(tmp, image.RootFile), append(p.entries(), modules...), packing)
	if err != nil {
		return nil, err
	}
	for _, f := range []struct{ from, to string }{
		{kernel.Kernel, image.KernelFile}, {kernel.SymbolFile, image.SymbolsFile}, {kernel.MapFile, image.MapFile}, {kernel.DebugFile, image.DebugFile},
	} {
		if f.from == "" {
			continue
		}
		if err := bounded.Copy(filepath.Join(tmp, f.to), f.from); err != nil {
			return nil, err
		}
	}
	release()
	app := &p.Manifest.App
	im.Info = image.Info{
		Format: image.Format, ID: stats.SHA256,
		KernelSHA256: kernel.SHA256, KernelSize: kernel.Size,
		RootSHA256: stats.SHA256, RootSize: stats.ImageBytes,
		Fingerprint: kit.Fingerprint, Profile: kernel.Profile,
		Drivers: notNil(kernel.Drivers), Services: image.Services(kit), Modules: kernel.Modules.Names(), Syscalls: notNil(kernel.Syscalls), SyscallNotes: p.Syscalls.Notes, Libc: p.Manifest.Kernel.Libc,
		LibcWhy: p.LibcWhy, Differences: p.Symbols.Differences,
		Command: command, Argv0: argv0, Env: notNil(image.LastOfEach(app.Env)), Cwd: app.Cwd, User: app.User, Ulimits: app.Ulimits, Account: p.account(), ASLR: p.Manifest.Kernel.ASLR, Overlay: p.overlay(), Memory: app.Memory, CPUs: app.CPUs,
		Mounts: p.mounts(), Traced: opt.Trace, DebugABI: guestview.ABIVersion, MapRoot: true,
	}
	if im.Libc == "" {
		im.Libc = "kernel"
	}
	if im.RootSpot, err = image.SpotFile(filepath.Join(tmp, image.RootFile)); err != nil {
		return nil, err
	}
	if err := im.Info.Write(tmp); err != nil {
		return nil, err
	}
	if _, err := image.Open(tmp); err != nil { // the cache may have changed under our hands
		return nil, err
	}
	lap(&im.Timing.Pack, t)

	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := place(tmp, output); err != nil {
		return nil, err
	}
	im.Relinked = kernel.Relinked
	lap(&im.Timing.Total, start)
	return im, nil
}

// checkOutput refuses to replace what is no bundle.
func checkOutput(dir string) error {
	if dir == "-" {
		return errors.New("-: an image is a folder, which standard output cannot take: name one")
	}
	if parent := filepath.Dir(filepath.Clean(dir)); parent != "." && image.IsBundle(parent) {
		return fmt.Errorf("%s: %s is an image, which holds no other: choose another name", dir, parent)
	}
	list, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case errors.Is(err, unix.ENOTDIR):
		return fmt.Errorf("%s: is a file, not the folder of an image: choose another name", dir)
	case err != nil:
		return err
	case len(list) > 0 && !image.IsBundle(dir):
		return fmt.Errorf("%s: holds something other than an image: choose another name", dir)
	case filepath.Clean(dir) == ".":
		return errors.New("the image would take the place of the working folder: choose another name, or another folder to work in")
	}
	if err := outfile.CheckOwner(dir); err != nil {
		return err
	}
	for _, f := range list { // all of it would go
		if !slices.Contains(image.FileNames(), f.Name()) {
			return fmt.Errorf("%s: holds %s besides an image: choose another name, or move it away", dir, f.Name())
		}
	}
	return nil
}

// place moves the finished folder tmp to dir; an older one there is exchanged
// for it in one step and removed.
func place(tmp, dir string) error {
	err := unix.Renameat2(unix.AT_FDCWD, tmp, unix.AT_FDCWD, dir, unix.RENAME_EXCHANGE)
	if err == nil {
		return os.RemoveAll(tmp)
	}
	if _, err := os.Lstat(dir); err != nil {
		return outfile.Named(os.Rename(tmp, dir), dir)
	}
	return placeAside(tmp, dir) // a file system that cannot exchange, or a container that may not
}

// placeAside is place in steps: the older one goes aside, and comes back if the new one cannot take its place.
func placeAside(tmp, dir string) error {
	aside, err := outfile.MakeDir(filepath.Dir(dir), ".uk-build-", 0o700)
	if err != nil {
		return outfile.Named(err, dir)
	}
	old := filepath.Join(aside.Name, "old")
	if err := os.Rename(dir, old); err != nil {
		return errors.Join(outfile.Named(err, dir), aside.Remove())
	}
	if err := os.Rename(tmp, dir); err != nil {
		return errors.Join(outfile.Named(err, dir), os.Rename(old, dir), os.Remove(aside.Name))
	}
	return aside.Remove()
}

func notNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
