package explain

import (
	"cmp"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"uk.example/internal/bounded"
	"uk.example/internal/cache"
	"uk.example/internal/diskimage"
	"uk.example/internal/elffile"
	"uk.example/internal/image"
	"uk.example/internal/report"
	"uk.example/internal/target"
	"uk.example/linker"
	"uk.example/rofs"
)

// Report is what Inspect found. Fields that do not apply are nil.
type Report struct {
	Path   string           `json:"path"`
	Disk   diskimage.Format `json:"disk,omitempty"` // of a disk, which holds the image
	Info   *image.Info      `json:"image,omitempty"`
	Kernel *KernelReport    `json:"kernel,omitempty"`
	// Modules are those of the kernel, of an image or on their own.
	Modules  []image.Module `json:"modules,omitempty"`
	Root     *RootReport    `json:"root,omitempty"`
	Problems []string       `json:"problems,omitempty"`

	opt InspectOptions
}

// KernelReport is what a kernel holds.
type KernelReport struct {
	Path     string    `json:"path"`
	Size     int64     `json:"size"` // bytes of the file
	Segments []Segment `json:"segments"`
	// Fingerprint of the kit that it was made with, hex; "" if it carries none.
	Fingerprint string      `json:"fingerprint"`
	Symbols     []string    `json:"symbols"`            // dynamic ones, sorted
	Map         *linker.Map `json:"link_map,omitempty"` // nil without the kernel's link map beside it
	// MapProblem tells why the link map beside it is not shown, "" if it is or if there is none.
	MapProblem string `json:"link_map_problem,omitempty"`
}

// Segment is a loaded part of the kernel.
type Segment struct {
	Flags string `json:"flags"` // such as "r-x"
	Addr  uint64 `json:"address"`
	File  uint64 `json:"file_size"`
	Mem   uint64 `json:"memory_size"`
}

// RootReport is what a root file system holds.
type RootReport struct {
	Path  string     `json:"path"`
	Size  int64      `json:"size"`       // bytes of the file
	Super any        `json:"superblock"` // a [rofs.Super] or a [rofs.Super2]
	Files []RootFile `json:"files"`      // in order of their paths
}

// RootFile is one path of a root file system.
type RootFile struct {
	Path string `json:"path"`
	Type string `json:"type"` // file, directory or link
	Size int64  `json:"size,omitempty"`
	Link string `json:"link,omitempty"`
	Attr *Attr  `json:"attributes,omitempty"` // nil in version 1, which has none
}

// Attr is what a root file system of version 2 says of a path.
type Attr struct {
	Mode   string       `json:"mode"` // permissions, in octal
	UID    uint32       `json:"uid"`
	GID    uint32       `json:"gid"`
	Nlink  uint32       `json:"nlink"`
	MTime  time.Time    `json:"mtime"`
	Xattrs []rofs.Xattr `json:"xattrs,omitempty"`
}

// InspectOptions say how Inspect looks.
type InspectOptions struct {
	// Check asks to read everything, and to list what is wrong in Report.Problems; what is too damaged
	// to be looked at is an error all the same.
	Check bool
	// Progress is told when a step begins, Bytes how many bytes of how many it has read; nil: nobody is.
	Progress func(step string)
	Bytes    func(done, total int64)
}

// Inspect looks into a bundle, a disk of one, a kernel or a root file system.
func Inspect(ctx context.Context, path string, opt InspectOptions) (*Report, error) {
	kind, path, err := target.Identify(path)
	if err != nil {
		return nil, err
	}
	if err := step(ctx, opt.Progress, "reading "+path); err != nil {
		return nil, err
	}
	check := opt.Check
	r := &Report{Path: path, opt: opt}
	switch kind {
	case target.Image:
		return r, r.image(path, check)
	case target.Disk:
		return r, r.disk(ctx, path, check)
	case target.Root:
		r.Root, err = r.root(path, check)
		return r, err
	case target.Program:
		if m, merr := linker.ReadModule(path); merr == nil {
			r.Modules = []image.Module{image.ModuleOf(path, m)}
			return r, nil
		}
		if r.Kernel, err = r.kernel(path); err == nil && check && r.Kernel.MapProblem != "" {
			r.Problems = append(r.Problems, r.Kernel.MapProblem)
		}
		return r, err
	}
	what := "is no image, kernel, module or root file system"
	if kind == target.Other {
		head, err := target.HeadOf(path)
		if err != nil {
			return nil, err
		}
		what = cmp.Or(elffile.Known(head), what)
	}
	return nil, fmt.Errorf("%s: %s", path, what)
}

func (r *Report) image(dir string, check bool) error {
	im, err := image.Open(dir)
	if err != nil {
		return err
	}
	r.Info = &im.Info
	if check {
		if err := im.Check(r.opt.Bytes); err != nil {
			r.Problems = append(r.Problems, err.Error())
		}
		if _, err := report.OpenKernel(im.Kernel(), im.LinkMap(), im.SymbolFile()); err != nil && r.Disk == "" {
			r.Problems = append(r.Problems, err.Error())
		}
	}
	if r.Kernel, err = r.kernel(im.Kernel()); err != nil {
		return err
	}
	r.Root, err = r.root(im.Root(), check)
	if err != nil {
		return err
	}
	if r.Modules, err = im.ModuleList(); err != nil || !check {
		return err
	}
	for _, m := range r.Modules {
		if m.Fingerprint != r.Kernel.Fingerprint {
			r.Problems = append(r.Problems, fmt.Sprintf("%s: %s: has the fingerprint %s, the kernel %s: it will be refused", im.Root(), m.Path, m.Fingerprint, r.Kernel.Fingerprint))
		}
	}
	if i := slices.IndexFunc(r.Root.Files, func(f RootFile) bool { return f.Path == im.Command[0] }); i < 0 {
		r.Problems = append(r.Problems, fmt.Sprintf("%s: lacks the program %s", im.Root(), im.Command[0]))
	}
	return nil
}

// disk looks into the image that a disk holds. Its parts are named after the disk.
func (r *Report) disk(ctx context.Context, path string, check bool) error {
	dir, remove, err := cache.TempDir()
	if err != nil {
		return err
	}
	defer remove()
	im, err := image.OpenDisk(ctx, path, dir, r.opt.Bytes)
	if err != nil {
		return err
	}
	r.Disk = im.FromDisk
	err = r.image(im.Dir, check)
	inDisk := func(s string) string { return strings.ReplaceAll(s, im.Dir+"/", path+":") }
	if r.Kernel != nil {
		r.Kernel.Path = inDisk(r.Kernel.Path)
	}
	if r.Root != nil {
		r.Root.Path = inDisk(r.Root.Path)
	}
	for i := range r.Problems {
		r.Problems[i] = inDisk(r.Problems[i])
	}
	if err != nil {
		return errors.New(inDisk(err.Error()))
	}
	return nil
}

func (r *Report) kernel(path string) (*KernelReport, error) {
	f, err := elf.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: is no kernel: %w", path, err)
	}
	defer f.Close()
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	k := &KernelReport{Path: path, Size: st.Size()}
	pvh := false
	for _, p := range f.Progs {
		switch p.Type {
		case elf.PT_LOAD:
			k.Segments = append(k.Segments, Segment{flagText(p.Flags), p.Vaddr, p.Filesz, p.Memsz})
		case elf.PT_NOTE:
			pvh = true
		}
	}
	if !pvh || f.Type != elf.ET_EXEC {
		return nil, fmt.Errorf("%s: is a program, not a kernel: it has no note that tells where to start; `uk symbols` and `uk manifest` look into programs", path)
	}
	if k.Fingerprint, err = linker.FileFingerprint(path); err != nil {
		return nil, err
	}
	if k.Symbols, err = elffile.SymbolNames(path, func(s *elffile.Symbol) bool { return !s.Undefined() }); err != nil {
		return nil, err
	}
	return k, k.readMap()
}

// readMap reads the link map that is beside the kernel, if it is the kernel's.
func (k *KernelReport) readMap() error {
	data, err := image.ReadKernel(k.Path)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	k.Map, err = linker.ReadMapOf(strings.TrimSuffix(k.Path, ".elf")+".map.json", hex.EncodeToString(sum[:]))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		k.MapProblem = err.Error()
	}
	return nil
}

func flagText(f elf.ProgFlag) string {
	b := []byte("---")
	for i, bit := range []elf.ProgFlag{elf.PF_R, elf.PF_W, elf.PF_X} {
		if f&bit != 0 {
			b[i] = "rwx"[i]
		}
	}
	return string(b)
}

func (r *Report) root(path string, check bool) (*RootReport, error) {
	f, st, err := bounded.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if check {
		list, err := rofs.Check(f, st.Size())
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			r.Problems = append(r.Problems, path+": "+p.String())
		}
	}
	fsys, err := rofs.Open(path)
	if err != nil {
		if len(r.Problems) > 0 {
			return nil, nil // Problems tell more
		}
		return nil, err
	}
	defer fsys.Close()
	out := &RootReport{Path: path, Size: st.Size(), Super: fsys.Super(), Files: []RootFile{}}
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		rf := RootFile{Path: "/" + filepath.ToSlash(name), Type: "file"}
		if rf.Attr, err = attr(fsys, name, d); err != nil {
			return err
		}
		switch {
		case d.IsDir():
			rf.Type = "directory"
		case d.Type()&fs.ModeSymlink != 0:
			rf.Type = "link"
			rf.Link, err = fsys.ReadLink(name)
		default:
			var fi fs.FileInfo
			if fi, err = d.Info(); err == nil {
				rf.Size = fi.Size()
			}
		}
		out.Files = append(out.Files, rf)
		return err
	})
	return out, err
}

func attr(fsys *rofs.FS, name string, d fs.DirEntry) (*Attr, error) {
	if _, ok := fsys.Super().(rofs.Super2); !ok {
		return nil, nil
	}
	fi, err := d.Info()
	if err != nil {
		return nil, err
	}
	n := fi.Sys().(rofs.Inode)
	xattrs, err := fsys.Xattrs(name)
	return &Attr{fmt.Sprintf("%04o", n.Mode), n.UID, n.GID, n.Nlink, n.MTime.UTC(), xattrs}, err
}
