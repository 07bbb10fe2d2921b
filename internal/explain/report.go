package explain

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	exportedsymbols "uk.example/exported_symbols"
	"uk.example/internal/image"
	"uk.example/internal/kits"
	"uk.example/internal/outfile"
	"uk.example/internal/report"
	"uk.example/rofs"
	"uk.example/symbols"
)

// ReportOptions say what MakeReport looks at.
type ReportOptions struct {
	// Measure boots the image under the built-in runner; nil: nothing is booted.
	Measure  *MeasureOptions
	Progress func(step string) // nil: nobody is told
	// Exact links the kernel without each of its exported symbols to see what that saves, with the
	// kit in the folder Kit ("": the default).
	Exact bool
	Kit   string
}

// MakeReport reports on an image, or on a kernel with its link map beside it.
// Where an image cannot be booted because there is no KVM, the report says so and
// lacks what was to be measured.
func MakeReport(ctx context.Context, name string, opt ReportOptions) (*report.Report, error) {
	if err := step(ctx, opt.Progress, "reading the link map"); err != nil {
		return nil, err
	}
	s, err := openSubject(name)
	if err != nil {
		return nil, err
	}
	if err := step(ctx, opt.Progress, "reading the image's files"); err != nil {
		return nil, err
	}
	in := &report.Input{Path: name, Kernel: s.kernel, AllCalls: symbols.SyscallCount(), CallNumber: func(name string) bool {
		_, ok := symbols.SyscallNumber(name)
		return ok
	}}
	if in.Needs, err = s.needs(ctx); err != nil {
		return nil, err
	}
	in.Sites = s.sites
	if exp, err := exportedsymbols.Load(); err == nil {
		in.Offered = exp.Names()
	}
	if s.image != nil {
		if in.Files, err = s.fileList(); err != nil {
			return nil, err
		}
	}
	if s.image != nil {
		modules, err := s.image.ModuleList()
		if err != nil {
			return nil, err
		}
		for i, m := range modules {
			if i == 0 {
				in.Modules = &report.Modules{}
			}
			in.Modules.List = append(in.Modules.List, report.Module{Name: strings.TrimSuffix(path.Base(m.Path), ".so"), Path: m.Path, File: m.Size,
				Memory: m.Memory, Needs: clone(m.Needs), Aliases: clone(m.Aliases), Symbols: clone(m.Symbols)})
		}
	}
	if err := step(ctx, opt.Progress, "adding up"); err != nil {
		return nil, err
	}
	r, err := report.Analyze(in)
	if err != nil {
		return nil, err
	}
	if s.image != nil {
		r.Image.ID, r.Image.Command = s.image.ID, s.image.Command
		r.Image.Libc, r.Image.LibcWhy = s.image.Libc, s.image.LibcWhy
		r.Image.ASLR = cmp.Or(s.image.ASLR, "on")
		for _, d := range s.image.Differences {
			r.Notes = append(r.Notes, fmt.Sprintf("%s: not as in glibc: %s", d.File, d))
		}
		r.Notes = append(r.Notes, s.image.SyscallNotes...)
	}
	if opt.Exact {
		kit, err := kits.Open(opt.Kit)
		if err != nil {
			return nil, err
		}
		err = r.CountExactly(ctx, s.kernel, kit, func(done, all int) {
			_ = step(ctx, opt.Progress, fmt.Sprintf("linking the kernel without each symbol, %d of %d", done, all))
		})
		if err != nil {
			return nil, err
		}
	}
	if opt.Measure != nil {
		if err := measure(ctx, s, r, opt); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// clone copies a list for JSON, which writes null for a nil one.
func clone(list []string) []string { return append([]string{}, list...) }

// fileList lists the root file system; what the program loads with itself is
// marked.
func (s *subject) fileList() (*report.Files, error) {
	st, err := os.Stat(s.image.Root())
	if err != nil {
		return nil, err
	}
	root, err := rofs.Open(s.image.Root())
	if err != nil {
		return nil, err
	}
	defer root.Close()
	out := &report.Files{Size: st.Size(), List: []report.File{}}
	start := s.startFiles(root)
	seen := map[rofs.Place]bool{}
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		f := report.File{Path: "/" + name, Bytes: fi.Size()}
		if i := slices.IndexFunc(s.files, func(e symbols.File) bool { return e.Guest == f.Path }); i >= 0 {
			e := &s.files[i]
			f.AtStart = start[i]
			if f.Kind = "library"; e.Interp != "" || e.Static {
				f.Kind = "program"
			}
		}
		at, stored, err := root.Stored(name)
		if err != nil {
			return err
		}
		if !seen[at] {
			out.Stored += stored
		}
		seen[at] = f.Bytes > 0
		out.Data += f.Bytes
		out.Count++
		out.List = append(out.List, f)
		return nil
	})
	return out, err
}

// startFiles follows DT_NEEDED from the program on, as the guest's loader does,
// by sonames and by the names of files and of links to them.
func (s *subject) startFiles(root *rofs.FS) map[int]bool {
	bySoname := map[string]int{}
	byPath := map[string]int{}
	for i := range s.files {
		f := &s.files[i]
		byPath[f.Guest] = i
		for _, name := range []string{path.Base(f.Guest), f.Soname} {
			if _, dup := bySoname[name]; !dup && name != "" {
				bySoname[name] = i
			}
		}
	}
	out := map[int]bool{}
	var load func(i int)
	load = func(i int) {
		if out[i] {
			return
		}
		out[i] = true
		for _, n := range s.files[i].Needed {
			if j, ok := bySoname[path.Base(n)]; ok {
				load(j)
			}
		}
	}
	if i, ok := byPath[resolveLinks(root, s.image.Command[0])]; ok {
		load(i)
	}
	return out
}

// resolveLinks follows symbolic links in a root file system.
func resolveLinks(root *rofs.FS, name string) string {
	done, rest := "/", strings.Split(strings.Trim(name, "/"), "/")
	for links := 0; len(rest) > 0; {
		at := path.Join(done, rest[0])
		rest = rest[1:]
		to, err := root.ReadLink(strings.TrimPrefix(at, "/"))
		if err != nil {
			done = at
			continue
		}
		if links++; links > 40 {
			break
		}
		if !path.IsAbs(to) {
			to = path.Join(done, to)
		}
		done, rest = "/", append(strings.Split(strings.Trim(to, "/"), "/"), rest...)
	}
	return done
}

// WriteReportHTML writes a page about a report, or about two and their differences,
// to a file, which appears whole or not at all.
func WriteReportHTML(file string, reports []*report.Report, diff *report.Diff) error {
	for _, r := range reports {
		for _, name := range append([]string{"."}, image.FileNames()...) {
			if err := outfile.Apart(file, filepath.Join(r.Path, name)); err != nil {
				return err
			}
		}
	}
	var b bytes.Buffer
	if err := report.HTML(&b, reports, diff); err != nil {
		return err
	}
	return outfile.Write(file, b.Bytes())
}
