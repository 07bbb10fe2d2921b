package build

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/manifest"
)

// terminfoFolders are where descriptions of terminals are (terminfo(5)), here and in the guest.
var terminfoFolders = []string{"/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"}

// terminfoReaders begin the names of libraries that read them: those of ncurses, S-Lang's and unibilium.
var terminfoReaders = []string{"libtinfo", "libncurses", "libslang", "libunibilium"}

// terminal is the name of the terminal that the program will see: what TERM says, or that of the run.
func (p *Plan) terminal() string {
	for _, e := range slices.Backward(slices.Concat(p.Manifest.App.Env, p.opt.RunEnv)) {
		if name, ok := strings.CutPrefix(e, "TERM="); ok {
			return name
		}
	}
	return cmp.Or(p.opt.Terminal, "dumb") // what terminals are taken for that have no name
}

// addTerminfo adds the description of the terminal called name, if this machine has
// one and a library that reads those is in the image.
func addTerminfo(m *manifest.Manifest, name string) {
	reads := slices.ContainsFunc(m.Entries, func(e manifest.Entry) bool {
		return slices.ContainsFunc(terminfoReaders, func(lib string) bool { return strings.HasPrefix(filepath.Base(e.Guest), lib) })
	})
	if !reads || name == "" || strings.ContainsAny(name, "/\x00") || name[0] == '.' {
		return
	}
	for _, folder := range terminfoFolders {
		guest := filepath.Join(folder, name[:1], name)
		host, err := filepath.EvalSymlinks(guest)
		if err != nil {
			continue
		}
		taken := slices.ContainsFunc(m.Entries, func(e manifest.Entry) bool { return e.Guest == guest })
		if st, err := os.Stat(host); err == nil && st.Mode().IsRegular() && !taken {
			m.Entries = append(m.Entries, manifest.Entry{Guest: guest, Host: host})
		}
		return
	}
}
