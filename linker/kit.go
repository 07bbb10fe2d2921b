package linker

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"uk.example/internal/bounded"
	"uk.example/linker/elflink"
)

// KitFormat is the version of kit.json that this package reads.
const KitFormat = 2

// Archives of a kit, in link order. All of the first is linked (and dropped again
// if nothing refers to it): the definitions of what may be absent. The last has larger and faster forms of what is
// in libc.a too, so that nothing of it is taken that was not asked for by a name of its own.
var kitArchives = []string{"libalways.a", "libkernel.a", "libglue.a", "libc.a", "libnosys.a", "libgcc.a", "libfast.a"}

const (
	KitFile = "kit.json"
	// KitModulesFile describes the kit's modules, in a file of its own as most images have none.
	KitModulesFile = "modules.json"
	// KitIndexFile has the archives' symbols, sections and relocations, parsed.
	KitIndexFile = "kit.index"
	// MaxKitFile bounds the files of a kit besides its archives, in bytes.
	MaxKitFile = 8 << 20
)

// KitInfo is the content of kit.json.
type KitInfo struct {
	Format      int    `json:"format"`
	Arch        string `json:"arch"`
	Fingerprint string `json:"fingerprint"` // SHA-256, hex, over all inputs and the compiler's version
	Compiler    string `json:"compiler"`
	ABI         uint8  `json:"abi"` // version of what its kernels and their runner agree on (docs/guest-abi.md)
	Musl        struct {
		Version string `json:"version"`
		SHA256  string `json:"sha256"`
	} `json:"musl"`
	Drivers  []Driver       `json:"drivers"`
	Syscalls map[string]int `json:"syscalls"` // system calls that have a table entry, with their numbers
}

// Driver is one entry of the kit's configuration: a driver, or a part that
// drivers share.
type Driver struct {
	Name    string   `json:"name"`   // virtio_blk
	Config  string   `json:"config"` // VIRTIO_BLK
	Prompt  string   `json:"prompt"`
	Help    string   `json:"help,omitempty"`
	Root    string   `json:"root,omitempty"`    // symbol that selects it, empty if only others refer to it
	Type    string   `json:"type"`              // "bool" or "tristate"
	BuiltIn string   `json:"builtin,omitempty"` // of a bool: why it cannot be a module
	Depends []string `json:"depends"`           // config names; "A || B": one of these
	Selects []string `json:"selects"`
	// Device is what it drives, as modules' aliases say it: virtio:2, pci:1b360011; "" if that is no device of a bus. It
	// is what the driver's own table entry says.
	Device string    `json:"device,omitempty"`
	Serves []Service `json:"serves,omitempty"`
	// Defaults: the first whose condition holds counts, if no line says more.
	Defaults []Default `json:"defaults,omitempty"`
	Where    string    `json:"where,omitempty"` // file:line of the description
}

// Service is something that a driver does for a machine or a run: of a kind that the builder knows, as "disk" or
// "mount", and for some kinds with a name, as "ext4".
type Service struct {
	Kind string `json:"kind"`
	Name string `json:"name,omitempty"`
}

// Serving returns the drivers that do s: all of its kind if s has no name.
func (k *Kit) Serving(s Service) []*Driver {
	var out []*Driver
	for i := range k.Drivers {
		d := &k.Drivers[i]
		if slices.ContainsFunc(d.Serves, func(has Service) bool { return has.Kind == s.Kind && (s.Name == "" || has.Name == s.Name) }) {
			out = append(out, d)
		}
	}
	return out
}

// Kit is an opened kit folder.
type Kit struct {
	Dir string
	KitInfo

	byConfig map[string]*Driver
	modules  func() ([]Module, error)
	index    func() (*elflink.Index, error) // of the archives
	whole    func() (*elflink.Index, error) // with debugging information
}

// Modules are those drivers that can be one.
func (k *Kit) Modules() ([]Module, error) { return k.modules() }

func readKitModules(dir string) ([]Module, error) {
	name := filepath.Join(dir, KitModulesFile)
	data, err := bounded.ReadRegular(name, MaxKitFile)
	if err != nil {
		return nil, err
	}
	var list []Module
	if err = json.Unmarshal(data, &list); err == nil {
		err = checkModules(list)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %v: rebuild the kit with `make kit`", name, err)
	}
	return list, nil
}

// OpenKit reads and checks the kit in dir. The archives themselves are read
// only when something is linked.
func OpenKit(dir string) (*Kit, error) {
	name := filepath.Join(dir, KitFile)
	data, err := bounded.ReadRegular(name, MaxKitFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: no kit there: build one with `make kit`, or name its folder", name)
	}
	if err != nil {
		return nil, err
	}
	k := &Kit{Dir: dir, modules: sync.OnceValues(func() ([]Module, error) { return readKitModules(dir) }),
		index: sync.OnceValues(func() (*elflink.Index, error) { return openIndex(dir) }),
		whole: sync.OnceValues(func() (*elflink.Index, error) { return elflink.ReadIndex(archivesOf(dir)...) })}
	if err := json.Unmarshal(data, &k.KitInfo); err != nil {
		return nil, fmt.Errorf("%s: %v: rebuild the kit with `make kit`", name, err)
	}
	if k.Format != KitFormat {
		return nil, fmt.Errorf("%s: kit format %d, this program reads %d: rebuild the kit with `make kit`", name, k.Format, KitFormat)
	}
	if k.Arch != "x86_64" {
		return nil, fmt.Errorf("%s: kit for architecture %q, only x86_64 is supported", name, k.Arch)
	}
	if len(k.Fingerprint) != 64 {
		return nil, fmt.Errorf("%s: no valid fingerprint: rebuild the kit with `make kit`", name)
	}
	k.byConfig = make(map[string]*Driver, len(k.Drivers))
	for i := range k.Drivers {
		d := &k.Drivers[i]
		if d.Config == "" || k.byConfig[d.Config] != nil {
			return nil, fmt.Errorf("%s: driver %q has no or a repeated config name %q: rebuild the kit with `make kit`", name, d.Name, d.Config)
		}
		if d.Type != TypeBool && d.Type != TypeTristate {
			return nil, fmt.Errorf("%s: driver %q is of unknown type %q: rebuild the kit with `make kit`", name, d.Name, d.Type)
		}
		for _, def := range d.Defaults {
			if def.Value != "y" && def.Value != "m" && def.Value != "n" {
				return nil, fmt.Errorf("%s: driver %q has the default %q: rebuild the kit with `make kit`", name, d.Name, def.Value)
			}
		}
		k.byConfig[d.Config] = d
	}
	if err := k.checkNames(); err != nil {
		return nil, fmt.Errorf("%s: %v: rebuild the kit with `make kit`", name, err)
	}
	for _, f := range append([]string{KitModulesFile}, kitArchives...) {
		if _, err := os.Stat(filepath.Join(dir, f)); err != nil {
			return nil, fmt.Errorf("%s: missing from the kit: rebuild it with `make kit`", filepath.Join(dir, f))
		}
	}
	return k, nil
}

// NewConfigKit makes a kit of descriptions alone, with which settings can be
// resolved and nothing be linked.
func NewConfigKit(drivers []Driver) *Kit {
	k := &Kit{KitInfo: KitInfo{Drivers: drivers}, byConfig: map[string]*Driver{}, modules: func() ([]Module, error) { return nil, nil }}
	for i := range drivers {
		k.byConfig[drivers[i].Config] = &drivers[i]
	}
	return k
}

// Profiles returns the names of the kit's profiles, sorted.
func (k *Kit) Profiles() []string {
	files, _ := filepath.Glob(filepath.Join(k.Dir, "profiles", "*.conf"))
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".conf")
	}
	slices.Sort(files)
	return files
}

// SyscallNames returns the names of the system calls that can be selected,
// sorted.
func (k *Kit) SyscallNames() []string {
	names := make([]string, 0, len(k.Syscalls))
	for n := range k.Syscalls {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Symbols returns the global names that a program may ask the kit's libc, glue
// and kernel for, sorted, each once.
func (k *Kit) Symbols() ([]string, error) {
	set, err := k.programSymbols()
	if err != nil {
		return nil, err
	}
	return slices.Sorted(set.All), nil
}

// programSymbols are those that a program may ask for: what is in libfast.a alone has another form in libc.a, and both
// would be a name that is defined twice.
func (k *Kit) programSymbols() (*elflink.Names, error) {
	x, err := k.index()
	if err != nil {
		return nil, err
	}
	return x.Without("libgcc.a", "libfast.a"), nil
}

// symbolSet are the global names that the kit's libc, glue and kernel define. Libgcc.a is for the kit's own use;
// programs bring theirs.
func (k *Kit) symbolSet() (*elflink.Names, error) {
	x, err := k.index()
	if err != nil {
		return nil, err
	}
	return x.Without("libgcc.a"), nil
}

// archivesOf are the archives of the kit in dir.
func archivesOf(dir string) []string {
	var files []string
	for _, a := range kitArchives {
		files = append(files, filepath.Join(dir, a))
	}
	return files
}

// openIndex opens the index of the archives in dir, or makes it where there is none.
func openIndex(dir string) (*elflink.Index, error) {
	x, err := elflink.OpenIndex(filepath.Join(dir, KitIndexFile))
	if errors.Is(err, fs.ErrNotExist) {
		return elflink.ReadIndex(archivesOf(dir)...)
	}
	return x, err
}

// WriteIndex makes the index of the kit in dir.
func WriteIndex(dir string) error {
	data, err := elflink.MakeIndex(archivesOf(dir)...)
	if err != nil {
		return err
	}
	name := filepath.Join(dir, KitIndexFile)
	if err := os.WriteFile(name+".tmp", data, 0o666); err != nil {
		return err
	}
	return os.Rename(name+".tmp", name)
}
