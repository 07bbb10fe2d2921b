// Package importgraph holds one test: that imports point in one direction.
package importgraph

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk/internal/testenv"
)

// allowed lists, for each package of the module outside tests, the packages of
// the module that it may import. What is not listed may import nothing of it.
var allowed = map[string][]string{
	"uk/internal/badoption":      nil,
	"uk/internal/bounded":        nil,
	"uk/internal/confine":        {"uk/internal/pinned"},
	"uk/internal/lazyregexp":     nil,
	"uk/internal/confine/policy": {"uk/internal/pinned"}, // only tests import it
	"uk/internal/elffile":        nil,
	"uk/internal/facts":          {"uk/internal/bounded", "uk/internal/ownfolder"},
	"uk/internal/fstab":          nil,
	"uk/internal/outfile":        {"uk/internal/ownfolder"},
	"uk/internal/embeddedkit":    {"uk/internal/outfile"},
	"uk/internal/ownfolder":      nil,
	"uk/internal/stoppable":      nil,
	"uk/internal/testenv":        nil,
	"uk/internal/words":          nil,
	"uk/internal/volumes":        {"uk/internal/ownfolder"},
	"uk/internal/hostsockets":    nil,
	"uk/internal/usernet":        {"uk/internal/hostsockets", "uk/internal/usernet/wire"},
	"uk/internal/usernet/wire":   {"uk/internal/hostsockets"},
	"uk/internal/archive":        nil,
	"uk/internal/archive/reader": {"uk/internal/archive"},
	"uk/cmd/uk-archive":          {"uk/internal/archive/reader", "uk/internal/confine"},
	"uk/cmd/uk-net":              {"uk/internal/confine", "uk/internal/hostsockets", "uk/internal/usernet", "uk/internal/usernet/wire"},
	"uk/cmd/uk-metrics":          {"uk/internal/confine", "uk/internal/hostsockets", "uk/internal/machines", "uk/kvmboot"},
	"uk/internal/shims":          {"uk/internal/bounded", "uk/internal/lazyregexp"},
	"uk/internal/backtrace":      nil,
	"uk/internal/trace":          nil,
	"uk/internal/gdbserver":      nil,
	"uk/internal/coredump":       nil,
	"uk/internal/pcap":           nil,
	"uk/internal/profile":        nil,
	"uk/internal/guestview":      {"uk/internal/coredump", "uk/internal/gdbserver", "uk/kvmboot"},

	"uk/manifest":       {"uk/internal/bounded", "uk/internal/elffile", "uk/internal/fstab", "uk/internal/lazyregexp", "uk/internal/shims"},
	"uk/symbols":        {"uk/internal/badoption", "uk/internal/elffile", "uk/internal/facts", "uk/manifest"},
	"uk/rofs":           {"uk/internal/outfile"},
	"uk/linker/elflink": {"uk/internal/bounded"},
	"uk/linker":         {"uk/internal/badoption", "uk/internal/bounded", "uk/internal/elffile", "uk/internal/outfile", "uk/linker/elflink"}, // never sees a manifest

	// The machine, and under it the rooms that it is made of. None knows an ELF symbol.
	"uk/kvmboot/guestmem": {"uk/internal/badoption"},
	"uk/kvmboot/stdio":    nil,
	"uk/kvmboot/boot": {
		"uk/internal/bounded", "uk/kvmboot/guestmem",
	},
	"uk/kvmboot/virtio": {
		"uk/internal/badoption", "uk/internal/bounded", "uk/internal/confine", "uk/internal/hostsockets",
		"uk/internal/p9", "uk/internal/pcap", "uk/internal/usernet/wire", "uk/internal/words", "uk/kvmboot/guestmem",
		"uk/kvmboot/stdio",
	},
	"uk/kvmboot": {
		"uk/internal/badoption", "uk/internal/bounded", "uk/internal/confine", "uk/internal/fstab",
		"uk/internal/hostsockets", "uk/internal/lazyregexp", "uk/internal/outfile", "uk/internal/pcap",
		"uk/internal/pinned", "uk/kvmboot/boot", "uk/kvmboot/firecracker", "uk/kvmboot/guestmem", "uk/kvmboot/stdio",
		"uk/kvmboot/virtio",
	},
	"uk/kvmboot/firecracker": {"uk/internal/bounded", "uk/kvmboot/virtio"},
	"uk/kvmboot/qemu":        {"uk/kvmboot", "uk/kvmboot/boot", "uk/kvmboot/guestmem", "uk/kvmboot/stdio", "uk/kvmboot/virtio"},
	"uk/kvmboot/export":      {"uk/internal/badoption", "uk/kvmboot", "uk/kvmboot/firecracker", "uk/kvmboot/virtio"},
	"uk/kvmboot/guesttest":   {"uk/internal/testenv"}, // only tests import it

	"uk/internal/pinned": nil,
	"uk/internal/p9":     {"uk/internal/pinned"},

	"uk/internal/companions":   {"uk/internal/bounded", "uk/internal/elffile", "uk/manifest"},
	"uk/internal/datafiles":    {"uk/internal/bounded", "uk/internal/elffile", "uk/internal/lazyregexp", "uk/manifest"},
	"uk/internal/interpreters": {"uk/internal/bounded", "uk/internal/facts", "uk/internal/lazyregexp", "uk/manifest"},
	"uk/internal/osv":          {"uk/internal/bounded", "uk/internal/lazyregexp"},
	"uk/internal/launcher":     nil,

	"uk/internal/diskimage": {"uk/internal/bounded", "uk/internal/outfile"},

	"uk/internal/attributes": {"uk/manifest", "uk/rofs"},

	"uk/internal/report": {"uk/internal/bounded", "uk/linker", "uk/kvmboot"},

	"uk/internal/machines": {"uk/internal/ownfolder"}, // what runs in a machine, its runner says

	"uk/internal/menu":    {"uk/linker"},
	"uk/exported_symbols": {"uk/symbols"},

	// What the command does, in the order of the data.
	"uk/internal/cache":   {"uk/internal/outfile", "uk/internal/ownfolder", "uk/linker"},
	"uk/internal/kits":    {"uk/internal/cache", "uk/internal/embeddedkit", "uk/internal/ownfolder", "uk/linker"},
	"uk/internal/drivers": nil,
	"uk/internal/image": {
		"uk/internal/badoption", "uk/internal/bounded", "uk/internal/diskimage", "uk/internal/elffile", "uk/kvmboot",
		"uk/linker", "uk/manifest", "uk/rofs", "uk/symbols",
	},
	"uk/internal/target": {
		"uk/internal/archive", "uk/internal/bounded", "uk/internal/diskimage", "uk/internal/elffile", "uk/internal/image",
		"uk/internal/words",
	},
	"uk/internal/build": {
		"uk/exported_symbols", "uk/internal/archive", "uk/internal/attributes", "uk/internal/badoption", "uk/internal/bounded",
		"uk/internal/cache", "uk/internal/companions", "uk/internal/datafiles", "uk/internal/drivers",
		"uk/internal/elffile", "uk/internal/facts", "uk/internal/guestview", "uk/internal/image",
		"uk/internal/interpreters", "uk/internal/kits", "uk/internal/launcher", "uk/internal/osv",
		"uk/internal/outfile", "uk/internal/ownfolder", "uk/internal/target", "uk/internal/trace", "uk/kvmboot",
		"uk/linker", "uk/manifest", "uk/rofs", "uk/symbols",
	},
	"uk/internal/launch": {
		"uk/internal/backtrace", "uk/internal/badoption", "uk/internal/bounded", "uk/internal/diskimage",
		"uk/internal/drivers", "uk/internal/elffile", "uk/internal/gdbserver", "uk/internal/guestview",
		"uk/internal/image", "uk/internal/kits", "uk/internal/lazyregexp", "uk/internal/machines",
		"uk/internal/outfile", "uk/internal/profile", "uk/internal/stoppable", "uk/internal/trace",
		"uk/internal/words", "uk/kvmboot", "uk/kvmboot/export", "uk/kvmboot/firecracker", "uk/kvmboot/qemu",
		"uk/linker", "uk/manifest", "uk/rofs", "uk/symbols",
	},
	"uk/internal/explain": {
		"uk/exported_symbols", "uk/internal/badoption", "uk/internal/bounded", "uk/internal/build",
		"uk/internal/cache", "uk/internal/diskimage", "uk/internal/elffile", "uk/internal/image", "uk/internal/kits",
		"uk/internal/launch", "uk/internal/outfile", "uk/internal/report", "uk/internal/target", "uk/kvmboot",
		"uk/linker", "uk/rofs", "uk/symbols",
	},

	"uk": {
		"uk/internal/badoption", "uk/internal/build", "uk/internal/diskimage", "uk/internal/explain",
		"uk/internal/image", "uk/internal/kits", "uk/internal/launch", "uk/internal/machines", "uk/internal/report",
		"uk/kvmboot",
	},
	"uk/cmd/uk": {
		"uk", "uk/exported_symbols", "uk/internal/badoption", "uk/internal/bounded", "uk/internal/build", "uk/internal/cache",
		"uk/internal/diskimage", "uk/internal/drivers", "uk/internal/explain", "uk/internal/image",
		"uk/internal/kits", "uk/internal/launch", "uk/internal/machines", "uk/internal/menu", "uk/internal/outfile",
		"uk/internal/report", "uk/internal/stoppable", "uk/internal/target", "uk/internal/volumes",
		"uk/internal/words", "uk/kvmboot", "uk/kvmboot/virtio", "uk/linker", "uk/manifest", "uk/symbols",
	},
	"uk/kernel/kit/mkkit": {"uk/internal/trace", "uk/linker", "uk/linker/elflink", "uk/symbols"}, // makes the kit
	"uk/internal/bench":   {"uk", "uk/internal/explain", "uk/kvmboot", "uk/linker", "uk/rofs"},

	"uk/internal/conformance":     nil, // runs the command, as people do
	"uk/internal/conformance/run": {"uk/internal/conformance"},
}

// others lists what the module may import from elsewhere, and which packages
// may do so.
var others = map[string][]string{
	"golang.org/x/sys":       {"uk/internal/cache", "uk/internal/image", "uk/internal/target", "uk/internal/build", "uk/internal/launch", "uk/internal/explain", "uk/internal/gdbserver", "uk/cmd/uk", "uk/kvmboot", "uk/kvmboot/boot", "uk/kvmboot/guestmem", "uk/kvmboot/stdio", "uk/kvmboot/virtio", "uk/kvmboot/qemu", "uk/internal/p9", "uk/rofs", "uk/internal/conformance", "uk/internal/confine", "uk/internal/stoppable", "uk/internal/confine/policy", "uk/internal/pinned", "uk/internal/hostsockets", "uk/internal/trace", "uk/internal/machines", "uk/internal/volumes", "uk/internal/usernet", "uk/cmd/uk-net", "uk/cmd/uk-metrics"},
	"gvisor.dev/gvisor":      {"uk/internal/usernet"},
	"golang.org/x/arch":      {"uk/symbols", "uk/internal/report", "uk/internal/guestview"},
	"github.com/spf13/pflag": {"uk/cmd/uk"},
	"github.com/prometheus":  {"uk/cmd/uk-metrics"},

	"github.com/u-root/u-root":      {"uk/internal/archive/reader"},
	"github.com/klauspost/compress": {"uk/internal/archive/reader"},

	"github.com/elastic/go-seccomp-bpf":             {"uk/internal/confine/policy"},
	"golang.org/x/net":                              {"uk/internal/confine/policy", "uk/internal/hostsockets", "uk/internal/usernet"}, // go-seccomp-bpf's instructions, messages of DNS
	"github.com/landlock-lsm/go-landlock":           {"uk/internal/confine"},
	"kernel.org/pub/linux/libs/security/libcap/psx": {"uk/internal/confine"},

	"github.com/diskfs/go-diskfs": {"uk/internal/diskimage"},
	"github.com/rivo/tview":       {"uk/internal/menu"},
	"golang.org/x/term":           {"uk/cmd/uk"},
	"github.com/gdamore/tcell/v2": {"uk/internal/menu"},
}

type pkg struct {
	ImportPath string
	Imports    []string
	Standard   bool
}

// lookAround reads the module's folders, so that a cached result of the test does not outlive a change of a file that
// only go list has read.
func lookAround(t *testing.T) {
	err := filepath.WalkDir("../..", func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == ".git" || d.Name() == "build") {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImports(t *testing.T) {
	testenv.MustHave(t, "go")
	lookAround(t)
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "uk/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		// Programs of their own: they are built into images or make the kit.
		if strings.HasPrefix(p.ImportPath, "uk/apps/") || strings.HasPrefix(p.ImportPath, "uk/tests") {
			continue
		}
		for _, imp := range p.Imports {
			switch {
			case imp == "uk" || strings.HasPrefix(imp, "uk/"):
				if !slices.Contains(allowed[p.ImportPath], imp) {
					t.Errorf("%s imports %s: that is not in the table of this test, see docs/architecture.md", p.ImportPath, imp)
				}
			case strings.Contains(strings.SplitN(imp, "/", 2)[0], "."):
				if !mayImport(p.ImportPath, imp) {
					t.Errorf("%s imports %s: that is not in the table of this test, see docs/dependencies.md", p.ImportPath, imp)
				}
			}
		}
	}
}

func mayImport(from, imp string) bool {
	for module, who := range others {
		if imp == module || strings.HasPrefix(imp, module+"/") {
			return slices.Contains(who, from)
		}
	}
	return false
}
