package companions

import (
	"fmt"
	"slices"
	"strings"

	"uk.example/internal/elffile"
)

// unwinder is the library that glibc opens to walk up the stack, and the
// kernel's backtrace() as well.
const unwinder = "libgcc_s.so.1"

// openedLibraries adds libraries that the C library opens with dlopen().
func (im *image) openedLibraries() error {
	if im.uses.backtrace || im.uses.unwind && im.opt.ImageLibc {
		if found, err := im.library(unwinder); err != nil {
			return err
		} else if !found {
			im.warn = append(im.warn, fmt.Sprintf("this machine has no %s, which backtrace() and pthread_cancel() of glibc open: install libgcc", unwinder))
		}
	}
	if im.uses.users && im.opt.ImageLibc && im.uses.glibc != "" {
		return im.services()
	}
	return nil
}

// services adds the modules that the image's nsswitch.conf(5) names. Since 2.34
// glibc has those for files and DNS inside.
func (im *image) services() error {
	inside, err := elffile.SymbolNames(im.uses.glibc, func(s *elffile.Symbol) bool { return s.Name == "_nss_files_getpwnam_r" })
	if err != nil {
		return err
	}
	for _, s := range im.serviceNames() {
		if len(inside) > 0 && (s == "files" || s == "dns") {
			continue
		}
		if _, err := im.library("libnss_" + s + ".so.2"); err != nil {
			return err
		}
	}
	return nil
}

// serviceNames are the words of nsswitch.conf that name modules.
func (im *image) serviceNames() []string {
	var text []byte
	for _, e := range im.m.Entries {
		if e.Guest == "/etc/nsswitch.conf" {
			if text = e.Data; e.Host != "" {
				text = readSmall(e.Host)
			}
		}
	}
	var out []string
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		_, services, _ := strings.Cut(line, ":")
		for _, w := range strings.Fields(services) {
			if !strings.ContainsAny(w, "[]=/") && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out
}
