package linker

import (
	"debug/elf"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"uk.example/internal/elffile"
)

// Notes of kernels and modules that tell which kit they are of (kernel/include/module.h).
const (
	noteOwner       = "uk"
	noteFingerprint = 1
	fingerprintSize = 32
)

// Names that mean something in a module's symbol table.
const (
	interfacePrefix = "interface_" // undefined: a function that the module has, behind a pointer of the kernel
	driverPrefix    = "drv_"       // defined: a driver's table entry, if it has the size of one
	DriverSize      = 24           // sizeof(struct driver)
	driverLate      = 0xffff       // DRIVER_LATE
)

// AliasBus is the alias of modules that are to look for devices at boot.
const AliasBus = "bus"

// Module is a part of the kernel as a shared object.
type Module struct {
	Name    string   `json:"name"`             // virtio_rng
	File    string   `json:"file"`             // path; in modules.json below the kit
	Config  string   `json:"config,omitempty"` // VIRTIO_RNG; empty for a module that is not the kit's
	Size    int64    `json:"size"`             // bytes of the file
	Memory  int64    `json:"memory"`           // bytes that it takes when loaded
	Needs   []string `json:"needs"`            // file names of modules, DT_NEEDED
	Aliases []string `json:"aliases"`          // what loads it
	// Undefined are the names that the kernel, or a module that it needs, must
	// define; Defined what it offers to others. Sorted.
	Undefined []string `json:"undefined"`
	Defined   []string `json:"defined"`

	// Weak are undefined names that nobody need define. Refused says why the kernel's loader will not have the module.
	// Of neither has the kit's own any.
	Weak    []string `json:"-"`
	Refused []string `json:"-"`

	// Fingerprint of the kit that it was built with, hex. Not in modules.json: it is
	// the kit's.
	Fingerprint string `json:"-"`
}

// ReadModule reads the module in the file at name. It need not be the kit's.
func ReadModule(name string) (*Module, error) {
	f, err := elffile.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseModule(f)
}

// ParseModule reads the module in the first size bytes of r. Name is for messages.
func ParseModule(r io.ReaderAt, size int64, name string) (*Module, error) {
	f, err := elffile.NewFile(r, size, name)
	if err != nil {
		return nil, err
	}
	return parseModule(f)
}

func parseModule(f *elffile.File) (m *Module, err error) {
	name := f.Name
	if f.Type != elf.ET_DYN || f.Dynamic == nil {
		return nil, fmt.Errorf("%s: is no kernel module: it is not a shared object", name)
	}
	m = &Module{File: name, Size: f.Size, Needs: append([]string{}, f.Dynamic.Needed...), Aliases: []string{}, Undefined: []string{}, Defined: []string{}}
	m.Name = strings.TrimSuffix(path.Base(name), ".so")
	var low, high uint64
	for i := range f.Segments {
		if s := &f.Segments[i]; s.Type == elf.PT_LOAD && s.Memsz > 0 {
			if high == 0 {
				low = s.Vaddr &^ (pageSize - 1)
			}
			high = (s.Vaddr + s.Memsz + pageSize - 1) &^ (pageSize - 1)
		}
	}
	m.Memory = int64(high - low)
	if m.Fingerprint, err = fileFingerprint(f); err != nil {
		return nil, err
	}
	if m.Fingerprint == "" {
		return nil, fmt.Errorf("%s: is no kernel module: it carries no fingerprint of a kit", name)
	}
	syms, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	for i := range syms {
		s := &syms[i]
		switch {
		case s.Name == "":
		case s.Undefined() && s.Weak():
			m.Weak = append(m.Weak, s.Name)
		case s.Undefined():
			m.Undefined = append(m.Undefined, s.Name)
			if fn, ok := strings.CutPrefix(s.Name, interfacePrefix); ok {
				m.Aliases = append(m.Aliases, fn)
			}
		case s.Exported():
			m.Defined = append(m.Defined, s.Name)
			if strings.HasPrefix(s.Name, driverPrefix) && s.Size >= DriverSize {
				// struct driver: a pointer, then what it drives.
				b, err := f.ReadAddr(s.Value+8, 4, "driver "+s.Name)
				if err != nil {
					return nil, err
				}
				if alias := driverAlias(b); alias != "" {
					m.Aliases = append(m.Aliases, alias)
				}
			}
		}
	}
	if m.Refused, err = refusals(f, m.Memory); err != nil {
		return nil, err
	}
	if err := m.readInfo(f); err != nil {
		return nil, err
	}
	for _, l := range []*[]string{&m.Undefined, &m.Defined, &m.Aliases} {
		slices.Sort(*l)
		*l = slices.Compact(*l)
	}
	return m, nil
}

// driverAlias is the alias of what a driver drives, by the id of its struct driver; "" if MODULE_ALIAS says when.
func driverAlias(id []byte) string {
	switch id := binary.LittleEndian.Uint32(id); {
	case id == driverLate:
		return ""
	case id == 0:
		return AliasBus
	case id > 0xffff: // vendor and device
		return fmt.Sprintf("pci:%08x", id)
	default:
		return fmt.Sprintf("virtio:%d", id)
	}
}

// DeviceOf returns what the driver with a struct driver of these bytes drives, for [Driver.Device].
func DeviceOf(table []byte) (string, error) {
	if len(table) < DriverSize {
		return "", fmt.Errorf("a table entry of %d bytes, not %d", len(table), DriverSize)
	}
	if alias := driverAlias(table[8:]); alias != AliasBus {
		return alias, nil
	}
	return "", nil
}

// readInfo reads the aliases that the sources name. A bus that is looked for when
// the command line has a word need not be loaded when it has not.
func (m *Module) readInfo(f *elffile.File) error {
	s := f.Section(".modinfo")
	if s == nil {
		return nil
	}
	info, err := f.ReadOff(s.Off, s.Size, "module information")
	if err != nil {
		return err
	}
	for _, word := range strings.Split(string(info), "\x00") {
		alias, ok := strings.CutPrefix(word, "alias=")
		if !ok {
			continue
		}
		if !validAlias(alias) {
			return fmt.Errorf("%s: alias %q: use letters, digits and :._-", m.File, alias)
		}
		if strings.HasPrefix(alias, "cmdline:") {
			m.Aliases = slices.DeleteFunc(m.Aliases, func(a string) bool { return a == AliasBus })
		}
		m.Aliases = append(m.Aliases, alias)
	}
	return nil
}

func validAlias(s string) bool {
	return s != "" && len(s) < 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:._-") == ""
}

// Implements returns the functions of interfaces that the module has.
func (m *Module) Implements() []string {
	var out []string
	for _, s := range m.Undefined {
		if fn, ok := strings.CutPrefix(s, interfacePrefix); ok {
			out = append(out, fn)
		}
	}
	return out
}

// FileFingerprint returns the fingerprint of the kit that the kernel or module in
// the file at name was made with, in hexadecimal, or "" if it carries none.
func FileFingerprint(name string) (string, error) {
	f, err := elffile.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return fileFingerprint(f)
}

func fileFingerprint(f *elffile.File) (string, error) {
	const maxNotes = 64 << 10
	for i := range f.Segments {
		if s := &f.Segments[i]; s.Type == elf.PT_NOTE && s.Filesz <= maxNotes {
			notes, err := f.ReadOff(s.Off, s.Filesz, "notes")
			if err != nil {
				return "", err
			}
			if desc := findNote(notes, noteOwner, noteFingerprint); len(desc) == fingerprintSize {
				return hex.EncodeToString(desc), nil
			}
		}
	}
	return "", nil
}
