package build

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/drivers"
	"uk.example/kvmboot"
	"uk.example/linker"
	"uk.example/manifest"
	"uk.example/symbols"
)

// usualFolders are those that programs write to and that an image with an overlay has, if empty ones: as a system has them.
var usualFolders = []string{"/home", "/mnt", "/opt", "/srv", "/usr/local", "/var/cache", "/var/lib", "/var/log", "/var/spool"}

// addMountPoints gives the image a folder for each mount of the manifest and the options.
func (p *Plan) addMountPoints() error {
	m := p.Manifest
	for _, mount := range m.App.Mounts {
		if err := m.AddFolder(mount.Target, m.Where["app.mounts"]); err != nil {
			return err
		}
	}
	if p.overlay() != "" || slices.Contains(p.opt.Need, linker.Service{Kind: drivers.Overlay}) {
		for _, dir := range usualFolders {
			_ = m.AddFolder(dir, manifest.Pos{File: "overlay"}) // where a file is in the way there is no folder
		}
	}
	for _, target := range p.opt.MountPoints {
		if err := m.AddFolder(target, manifest.Pos{File: "mount"}); err != nil {
			return err
		}
	}
	return nil
}

// addWorkingFolder makes the working folder, as containers do, where the image lacks it. One below a share must be there;
// of one that is in the way of a file, or below /proc and the like, the kernel tells.
func (p *Plan) addWorkingFolder() {
	cwd := cmp.Or(p.opt.RunCwd, p.Manifest.App.Cwd)
	if _, shared := p.inShare(cwd); path.IsAbs(cwd) && !shared {
		p.Manifest.AddFolder(cwd, manifest.Pos{File: "working folder"})
	}
}

// addProgramLinks adds the links, and the file at their end, by which the command's name leads
// out of a share that hides it, and perhaps back: /usr/bin/vi is /etc/alternatives/vi on Debian.
func (p *Plan) addProgramLinks() {
	m := p.Manifest
	if len(m.App.Command) == 0 {
		return
	}
	name := path.Clean(m.App.Command[0])
	if _, shared := p.inShare(name); !shared {
		return
	}
	for range maxProgramLinks {
		host, shared := p.inShare(name)
		st, err := os.Lstat(host)
		if err != nil || !shared && m.Lookup(name) != nil {
			return
		}
		e := manifest.Entry{Guest: name, Host: host}
		if st.Mode()&os.ModeSymlink != 0 {
			e.Host = ""
			if e.Link, err = os.Readlink(host); err != nil {
				return
			}
		}
		if !shared && (e.Link != "" || st.Mode().IsRegular()) {
			m.Entries = append(m.Entries, e)
		}
		if e.Link == "" {
			return
		}
		if name = e.Link; !path.IsAbs(name) {
			name = path.Join(path.Dir(e.Guest), name)
		}
		name = path.Clean(name)
	}
}

// maxProgramLinks is how many links Linux follows.
const maxProgramLinks = 40

// inShare returns the host's path of a file of the guest, which a share may have, or be: the last that has its folder.
func (p *Plan) inShare(guest string) (host string, shared bool) {
	for _, s := range slices.Backward(p.opt.Shares) {
		if guest == path.Clean(s.Target) {
			if st, err := os.Stat(s.Path); err == nil && st.Mode().IsRegular() {
				return s.Path, true
			}
		}
		if rest, ok := strings.CutPrefix(guest, strings.TrimSuffix(path.Clean(s.Target), "/")+"/"); ok {
			return filepath.Join(s.Path, rest), true
		}
	}
	return guest, false
}

// loadsFromShare says which file may load libraries from a share, "" if none: the names
// that those want cannot be known, and the kernel has only names that are.
func (p *Plan) loadsFromShare() string {
	if p.Manifest.Kernel.Libc != "" || len(p.opt.Shares) == 0 {
		return ""
	}
	i := slices.IndexFunc(p.Symbols.Files, func(f symbols.File) bool {
		return slices.Contains(f.Symbols, "dlopen") || slices.Contains(f.Symbols, "dlmopen")
	})
	if i < 0 {
		return ""
	}
	for _, s := range p.opt.Shares {
		if lib := findLibrary(s.Path); lib != "" {
			return fmt.Sprintf("%s loads libraries while it runs, and the share %s has such (%s), whose needs are not known", p.Symbols.Files[i].Guest, s.Target, lib)
		}
	}
	return ""
}

// maxSearched bounds the files that are looked at for a library.
const maxSearched = 50000

// findLibrary returns the path of a shared library below dir, "" if none is found:
// the one least deep.
func findLibrary(dir string) string {
	seen := 0
	for queue := []string{dir}; len(queue) > 0 && seen < maxSearched; queue = queue[1:] {
		list, err := os.ReadDir(queue[0])
		if err != nil {
			continue
		}
		seen += len(list)
		for _, e := range list {
			name := filepath.Join(queue[0], e.Name())
			switch {
			case e.IsDir():
				queue = append(queue, name)
			case strings.HasSuffix(e.Name(), ".so") || strings.Contains(e.Name(), ".so."):
				if f, err := symbols.OpenELF(name); err == nil && f != nil {
					f.Close()
					return name
				}
			}
		}
	}
	return ""
}

// mounts are the manifest's, as the runner knows them.
func (p *Plan) mounts() []kvmboot.Mount {
	var out []kvmboot.Mount
	for _, m := range p.Manifest.App.Mounts {
		out = append(out, kvmboot.Mount(m))
	}
	return out
}

// overlay is the manifest's.
func (p *Plan) overlay() string {
	if p.Manifest.Kernel.Overlay == kvmboot.OverlayMemory {
		return kvmboot.OverlayMemory
	}
	return ""
}
