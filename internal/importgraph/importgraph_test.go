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

	"uk.example/internal/testenv"
)

// allowed lists, for each package of the module outside tests, the packages of
// the module that it may import. What is not listed may import nothing of it.
var allowed = map[string][]string{
	"uk.example/internal/abi":            nil,
	"uk.example/internal/badoption":      nil,
	"uk.example/internal/bounded":        nil,
	"uk.example/internal/confine":        {"uk.example/internal/pinned"},
	"uk.example/internal/lazyregexp":     nil,
	"uk.example/internal/confine/policy": {"uk.example/internal/pinned"}, // only tests import it
	"uk.example/internal/elffile":        nil,
	"uk.example/internal/facts":          {"uk.example/internal/bounded", "uk.example/internal/ownfolder"},
	"uk.example/internal/fstab":          nil,
	"uk.example/internal/outfile":        {"uk.example/internal/ownfolder"},
	"uk.example/internal/embeddedkit":    {"uk.example/internal/outfile"},
	"uk.example/internal/ownfolder":      nil,
	"uk.example/internal/stoppable":      nil,
	"uk.example/internal/testenv":        nil,
	"uk.example/internal/words":          nil,
	"uk.example/internal/volumes":        {"uk.example/internal/ownfolder"},
	"uk.example/internal/hostsockets":    nil,
	"uk.example/internal/usernet":        {"uk.example/internal/hostsockets", "uk.example/internal/usernet/wire"},
	"uk.example/internal/usernet/wire":   {"uk.example/internal/hostsockets"},
	"uk.example/internal/archive":        {"uk.example/internal/ownprogram"},
	"uk.example/internal/ownprogram":     nil,
	"uk.example/internal/archive/reader": {"uk.example/internal/archive"},
	"uk.example/cmd/uk-archive":          {"uk.example/internal/archive/reader", "uk.example/internal/confine"},
	"uk.example/cmd/uk-net":              {"uk.example/internal/confine", "uk.example/internal/hostsockets", "uk.example/internal/usernet", "uk.example/internal/usernet/wire"},
	"uk.example/cmd/uk-metrics":          {"uk.example/internal/confine", "uk.example/internal/hostsockets", "uk.example/internal/machines", "uk.example/kvmboot"},
	"uk.example/internal/shims":          {"uk.example/internal/bounded", "uk.example/internal/lazyregexp"},
	"uk.example/internal/backtrace":      nil,
	"uk.example/internal/trace":          nil,
	"uk.example/internal/gdbserver":      nil,
	"uk.example/internal/coredump":       nil,
	"uk.example/internal/pcap":           nil,
	"uk.example/internal/profile":        nil,
	"uk.example/internal/guestview":      {"uk.example/internal/abi", "uk.example/internal/coredump", "uk.example/internal/gdbserver", "uk.example/kvmboot"},

	"uk.example/manifest":       {"uk.example/internal/bounded", "uk.example/internal/elffile", "uk.example/internal/fstab", "uk.example/internal/lazyregexp", "uk.example/internal/shims"},
	"uk.example/symbols":        {"uk.example/internal/badoption", "uk.example/internal/elffile", "uk.example/internal/facts", "uk.example/manifest"},
	"uk.example/rofs":           {"uk.example/internal/outfile"},
	"uk.example/linker/elflink": {"uk.example/internal/bounded"},
	"uk.example/linker":         {"uk.example/internal/badoption", "uk.example/internal/bounded", "uk.example/internal/elffile", "uk.example/internal/outfile", "uk.example/linker/elflink"}, // never sees a manifest

	// The machine, and under it the rooms that it is made of. None knows an ELF symbol.
	"uk.example/kvmboot/guestmem": {"uk.example/internal/abi", "uk.example/internal/badoption"},
	"uk.example/kvmboot/stdio":    nil,
	"uk.example/kvmboot/boot": {
		"uk.example/internal/abi", "uk.example/internal/bounded", "uk.example/kvmboot/guestmem",
	},
	"uk.example/kvmboot/virtio": {
		"uk.example/internal/abi", "uk.example/internal/badoption", "uk.example/internal/bounded", "uk.example/internal/confine", "uk.example/internal/hostsockets",
		"uk.example/internal/ownprogram", "uk.example/internal/p9", "uk.example/internal/pcap", "uk.example/internal/usernet/wire", "uk.example/internal/words", "uk.example/kvmboot/guestmem",
		"uk.example/kvmboot/stdio",
	},
	"uk.example/kvmboot": {
		"uk.example/internal/abi", "uk.example/internal/badoption", "uk.example/internal/bounded", "uk.example/internal/confine", "uk.example/internal/fstab",
		"uk.example/internal/hostsockets", "uk.example/internal/lazyregexp", "uk.example/internal/outfile", "uk.example/internal/pcap",
		"uk.example/internal/pinned", "uk.example/kvmboot/boot", "uk.example/kvmboot/firecracker", "uk.example/kvmboot/guestmem", "uk.example/kvmboot/stdio",
		"uk.example/kvmboot/virtio",
	},
	"uk.example/kvmboot/firecracker": {"uk.example/internal/abi", "uk.example/internal/bounded", "uk.example/kvmboot/virtio"},
	"uk.example/kvmboot/qemu":        {"uk.example/internal/abi", "uk.example/kvmboot", "uk.example/kvmboot/boot", "uk.example/kvmboot/guestmem", "uk.example/kvmboot/stdio", "uk.example/kvmboot/virtio"},
	"uk.example/kvmboot/export":      {"uk.example/internal/badoption", "uk.example/kvmboot", "uk.example/kvmboot/firecracker", "uk.example/kvmboot/virtio"},
	"uk.example/kvmboot/guesttest":   {"uk.example/internal/testenv"}, // only tests import it

	"uk.example/internal/pinned": nil,
	"uk.example/internal/p9":     {"uk.example/internal/pinned"},

	"uk.example/internal/companions":   {"uk.example/internal/bounded", "uk.example/internal/elffile", "uk.example/manifest"},
	"uk.example/internal/datafiles":    {"uk.example/internal/bounded", "uk.example/internal/elffile", "uk.example/internal/lazyregexp", "uk.example/manifest"},
	"uk.example/internal/interpreters": {"uk.example/internal/bounded", "uk.example/internal/facts", "uk.example/internal/lazyregexp", "uk.example/manifest"},
	"uk.example/internal/osv":          {"uk.example/internal/bounded", "uk.example/internal/lazyregexp"},
	"uk.example/internal/launcher":     nil,

	"uk.example/internal/diskimage": {"uk.example/internal/bounded", "uk.example/internal/outfile"},

	"uk.example/internal/attributes": {"uk.example/manifest", "uk.example/rofs"},

	"uk.example/internal/report": {"uk.example/internal/bounded", "uk.example/linker", "uk.example/kvmboot"},

	"uk.example/internal/machines": {"uk.example/internal/ownfolder"}, // what runs in a machine, its runner says

	"uk.example/internal/menu":    {"uk.example/linker"},
	"uk.example/exported_symbols": {"uk.example/symbols"},

	// What the command does, in the order of the data.
	"uk.example/internal/cache":   {"uk.example/internal/outfile", "uk.example/internal/ownfolder", "uk.example/linker"},
	"uk.example/internal/kits":    {"uk.example/internal/cache", "uk.example/internal/embeddedkit", "uk.example/internal/ownfolder", "uk.example/linker"},
	"uk.example/internal/drivers": nil,
	"uk.example/internal/image": {
		"uk.example/internal/abi", "uk.example/internal/badoption", "uk.example/internal/bounded", "uk.example/internal/diskimage", "uk.example/internal/drivers", "uk.example/internal/elffile", "uk.example/kvmboot",
		"uk.example/linker", "uk.example/manifest", "uk.example/rofs", "uk.example/symbols",
	},
	"uk.example/internal/target": {
		"uk.example/internal/archive", "uk.example/internal/bounded", "uk.example/internal/diskimage", "uk.example/internal/elffile", "uk.example/internal/image",
		"uk.example/internal/words",
	},
	"uk.example/internal/build": {
		"uk.example/exported_symbols", "uk.example/internal/archive", "uk.example/internal/attributes", "uk.example/internal/badoption", "uk.example/internal/bounded",
		"uk.example/internal/cache", "uk.example/internal/companions", "uk.example/internal/datafiles", "uk.example/internal/drivers",
		"uk.example/internal/elffile", "uk.example/internal/facts", "uk.example/internal/guestview", "uk.example/internal/image",
		"uk.example/internal/interpreters", "uk.example/internal/kits", "uk.example/internal/launcher", "uk.example/internal/osv",
		"uk.example/internal/outfile", "uk.example/internal/ownfolder", "uk.example/internal/target", "uk.example/internal/trace", "uk.example/kvmboot",
		"uk.example/linker", "uk.example/manifest", "uk.example/rofs", "uk.example/symbols",
	},
	"uk.example/internal/launch": {
		"uk.example/internal/backtrace", "uk.example/internal/badoption", "uk.example/internal/bounded", "uk.example/internal/diskimage",
		"uk.example/internal/drivers", "uk.example/internal/elffile", "uk.example/internal/gdbserver", "uk.example/internal/guestview",
		"uk.example/internal/image", "uk.example/internal/kits", "uk.example/internal/lazyregexp", "uk.example/internal/machines",
		"uk.example/internal/outfile", "uk.example/internal/profile", "uk.example/internal/stoppable", "uk.example/internal/trace",
		"uk.example/internal/words", "uk.example/kvmboot", "uk.example/kvmboot/export", "uk.example/kvmboot/firecracker", "uk.example/kvmboot/qemu",
		"uk.example/linker", "uk.example/manifest", "uk.example/rofs", "uk.example/symbols",
	},
	"uk.example/internal/explain": {
		"uk.example/exported_symbols", "uk.example/internal/badoption", "uk.example/internal/bounded", "uk.example/internal/build",
		"uk.example/internal/cache", "uk.example/internal/diskimage", "uk.example/internal/elffile", "uk.example/internal/image", "uk.example/internal/kits",
		"uk.example/internal/launch", "uk.example/internal/outfile", "uk.example/internal/report", "uk.example/internal/target", "uk.example/kvmboot",
		"uk.example/linker", "uk.example/rofs", "uk.example/symbols",
	},

	"uk.example": {
		"uk.example/internal/badoption", "uk.example/internal/build", "uk.example/internal/diskimage", "uk.example/internal/explain",
		"uk.example/internal/image", "uk.example/internal/kits", "uk.example/internal/launch", "uk.example/internal/machines", "uk.example/internal/report",
		"uk.example/kvmboot",
	},
	"uk.example/cmd/uk": {
		"uk.example", "uk.example/exported_symbols", "uk.example/internal/badoption", "uk.example/internal/bounded", "uk.example/internal/build", "uk.example/internal/cache",
		"uk.example/internal/diskimage", "uk.example/internal/drivers", "uk.example/internal/explain", "uk.example/internal/image",
		"uk.example/internal/kits", "uk.example/internal/launch", "uk.example/internal/machines", "uk.example/internal/menu", "uk.example/internal/outfile", "uk.example/internal/ownprogram",
		"uk.example/internal/report", "uk.example/internal/stoppable", "uk.example/internal/target", "uk.example/internal/volumes",
		"uk.example/internal/words", "uk.example/kvmboot", "uk.example/kvmboot/virtio", "uk.example/linker", "uk.example/manifest", "uk.example/symbols",
	},
	"uk.example/kernel/kit/mkkit": {"uk.example/internal/abi", "uk.example/internal/drivers", "uk.example/internal/trace", "uk.example/linker", "uk.example/linker/elflink", "uk.example/symbols"}, // makes the kit
	"uk.example/internal/bench":   {"uk.example", "uk.example/internal/explain", "uk.example/kvmboot", "uk.example/linker", "uk.example/rofs"},

	"uk.example/internal/conformance":     nil, // runs the command, as people do
	"uk.example/internal/conformance/run": {"uk.example/internal/conformance"},
}

// others lists what the module may import from elsewhere, and which packages
// may do so.
var others = map[string][]string{
	"golang.org/x/sys":       {"uk.example/internal/cache", "uk.example/internal/image", "uk.example/internal/target", "uk.example/internal/build", "uk.example/internal/launch", "uk.example/internal/explain", "uk.example/internal/gdbserver", "uk.example/cmd/uk", "uk.example/kvmboot", "uk.example/kvmboot/boot", "uk.example/kvmboot/guestmem", "uk.example/kvmboot/stdio", "uk.example/kvmboot/virtio", "uk.example/kvmboot/qemu", "uk.example/internal/p9", "uk.example/rofs", "uk.example/internal/conformance", "uk.example/internal/confine", "uk.example/internal/stoppable", "uk.example/internal/confine/policy", "uk.example/internal/pinned", "uk.example/internal/hostsockets", "uk.example/internal/trace", "uk.example/internal/machines", "uk.example/internal/volumes", "uk.example/internal/usernet", "uk.example/cmd/uk-net", "uk.example/cmd/uk-metrics"},
	"gvisor.dev/gvisor":      {"uk.example/internal/usernet"},
	"golang.org/x/arch":      {"uk.example/symbols", "uk.example/internal/report", "uk.example/internal/guestview"},
	"github.com/spf13/pflag": {"uk.example/cmd/uk"},
	"github.com/prometheus":  {"uk.example/cmd/uk-metrics"},

	"github.com/u-root/u-root":      {"uk.example/internal/archive/reader"},
	"github.com/klauspost/compress": {"uk.example/internal/archive/reader"},

	"github.com/elastic/go-seccomp-bpf":             {"uk.example/internal/confine/policy"},
	"golang.org/x/net":                              {"uk.example/internal/confine/policy", "uk.example/internal/hostsockets", "uk.example/internal/usernet"}, // go-seccomp-bpf's instructions, messages of DNS
	"github.com/landlock-lsm/go-landlock":           {"uk.example/internal/confine"},
	"kernel.org/pub/linux/libs/security/libcap/psx": {"uk.example/internal/confine"},

	"github.com/diskfs/go-diskfs": {"uk.example/internal/diskimage"},
	"github.com/rivo/tview":       {"uk.example/internal/menu"},
	"golang.org/x/term":           {"uk.example/cmd/uk"},
	"github.com/gdamore/tcell/v2": {"uk.example/internal/menu"},
}

const module = "uk.example"

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
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", module+"/...")
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
		if strings.HasPrefix(p.ImportPath, module+"/apps/") || strings.HasPrefix(p.ImportPath, module+"/tests") {
			continue
		}
		for _, imp := range p.Imports {
			switch {
			case imp == module || strings.HasPrefix(imp, module+"/"):
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
