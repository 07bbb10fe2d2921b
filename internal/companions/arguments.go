package companions

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/bounded"
	"uk.example/internal/elffile"
	"uk.example/manifest"
)

// maxArgument is the largest file in bytes that is packed because an argument names it.
const maxArgument = 256 << 20

// Arguments adds the regular files of this machine that the words after the program's name are, or have
// behind a "=": a shell's user means these. Relative ones are seen from the folder wd, in the image from the
// folder cwd that the program starts in; if that is empty, it becomes the host's where a guest has that.
// shared tells whether a guest path comes from a share. The warnings are single lines.
func Arguments(m *manifest.Manifest, wd, cwd string, shared func(guest string) bool) (warnings []string) {
	a := &arguments{m: m, wd: wd, cwd: cmp.Or(cwd, m.App.Cwd), shared: shared}
	if a.cwd == "" {
		a.cwd = "/"
		if !manifest.Hidden(wd) {
			a.cwd = wd
		}
	}
	for _, w := range m.App.Command[1:] {
		if _, value, ok := strings.Cut(w, "="); ok {
			a.word(value)
		}
		if !strings.HasPrefix(w, "-") {
			a.word(w)
		}
	}
	if a.relative && m.App.Cwd == "" && cwd == "" {
		m.App.Cwd = a.cwd
	}
	return a.warnings
}

type arguments struct {
	m        *manifest.Manifest
	wd, cwd  string // the working folder, here and there
	shared   func(guest string) bool
	relative bool // a relative word was added
	warnings []string
}

func (a *arguments) word(w string) {
	host, guest, relative := w, path.Clean(w), false
	if !path.IsAbs(w) {
		host, guest, relative = path.Join(a.wd, w), path.Join(a.cwd, w), true
	}
	st, err := os.Stat(host)
	if w == "" || err != nil || a.shared(guest) || a.m.Lookup(guest) != nil {
		return
	}
	real, err := filepath.EvalSymlinks(host)
	switch {
	case err != nil || strings.HasPrefix(real, "/proc/") || strings.HasPrefix(real, "/sys/"):
		return // the guest has its own
	case st.IsDir():
		if strings.Contains(w, "/") && !a.shared(guest+"/") && !a.inGuest(guest) { // other words are seldom meant as folders
			a.warn(w, "is a folder", host, guest)
		}
		return
	case !st.Mode().IsRegular():
		return
	case manifest.Hidden(guest):
		a.warn(w, "is in a folder that guests mount over", path.Dir(host), path.Dir(guest))
		return
	case st.Size() > maxArgument:
		a.warn(w, fmt.Sprintf("has more than %d MB", maxArgument>>20), path.Dir(host), path.Dir(guest))
		return
	}
	f, _, err := bounded.Open(host)
	if err != nil { // the program is told that there is none
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		a.warnings = append(a.warnings, fmt.Sprintf("%s, which an argument names, cannot be read and is not packed: %v", w, err))
		return
	}
	defer f.Close()
	e := manifest.Entry{Guest: guest, Host: host}
	head := make([]byte, 4)
	if _, err := io.ReadFull(f, head); err == nil && elffile.IsELF(head) { // it is looked at, not run: the kernel needs nothing for it
		if e.Data, err = bounded.ReadRegular(host, maxArgument); err != nil {
			return // the program tells
		}
		e.Host = ""
	}
	a.m.Entries = append(a.m.Entries, e)
	a.relative = a.relative || relative
}

// warn tells that what the word w names is not packed, and which share of the folder host gives it to the program.
func (a *arguments) warn(w, why, host, guest string) {
	way := host + ":" + guest
	if guest == "/" { // where nothing can be shared
		way = host + ":/src -w /src"
	}
	a.warnings = append(a.warnings, fmt.Sprintf("%s, which an argument names, %s and is not packed: --share %s gives it to the program", w, why, way))
}

// inGuest tells whether guests have a folder anyway, or this image has something in it.
func (a *arguments) inGuest(folder string) bool {
	return slices.Contains([]string{"/", "/dev", "/etc", "/root", "/run", "/tmp", "/var/tmp"}, folder) ||
		slices.ContainsFunc(a.m.Entries, func(e manifest.Entry) bool { return strings.HasPrefix(e.Guest, folder+"/") })
}
