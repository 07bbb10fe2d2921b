package companions

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"uk/internal/bounded"
	"uk/internal/elffile"
	"uk/manifest"
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
	if w == "" || err != nil || !st.Mode().IsRegular() || manifest.Hidden(guest) || a.shared(guest) || a.m.Lookup(guest) != nil {
		return
	}
	if st.Size() > maxArgument {
		a.warnings = append(a.warnings, fmt.Sprintf("%s, which an argument names, has more than %d MB and is not packed: --share %s:%s gives it to the program",
			w, maxArgument>>20, path.Dir(host), path.Dir(guest)))
		return
	}
	if real, err := filepath.EvalSymlinks(host); err != nil || strings.HasPrefix(real, "/proc/") || strings.HasPrefix(real, "/sys/") {
		return // the guest has its own
	}
	f, _, err := bounded.Open(host)
	if err != nil {
		return // the program is told that there is none
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
