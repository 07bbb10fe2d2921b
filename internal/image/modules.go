package image

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"uk.example/internal/abi"
	"uk.example/internal/elffile"
	"uk.example/linker"
	"uk.example/rofs"
)

// ModulesFolder is where an image has the kernel's modules. What else a manifest
// puts there is an error: the kernel loads nothing that the index does not name.
var ModulesFolder = path.Clean(abi.ModulesFolder)

// Files of ModulesFolder besides the modules.
const (
	ModuleIndex   = abi.ModulesIndex
	ModuleLoader  = abi.ModulesLoader
	ModuleFirst   = abi.ModulesFirst // its first page, which is read at boot
	ModuleSymbols = abi.ModulesSymbols
)

func ValidName(s string) bool {
	return s != "" && len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}

func ModuleOf(path string, m *linker.Module) Module {
	return Module{path, m.Size, m.Memory, m.Fingerprint, m.Needs, m.Aliases, m.Undefined}
}

// modules reads the modules in the image's root file system.
func (im *Bundle) ModuleList() ([]Module, error) {
	if len(im.Modules) == 0 {
		return nil, nil
	}
	root, err := rofs.Open(im.Root())
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var out []Module
	for _, name := range im.Modules {
		guest := path.Join(ModulesFolder, name+".so")
		data, err := fs.ReadFile(root, strings.TrimPrefix(guest, "/"))
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", im.Root(), guest, err)
		}
		m, err := linker.ParseModule(bytes.NewReader(data), int64(len(data)), im.Root()+": "+guest)
		if err != nil {
			return nil, err
		}
		out = append(out, ModuleOf(guest, m))
	}
	return out, nil
}

// LoaderMemory is what the loader takes in a guest's memory: its pages, and the
// index and the table of addresses, which it keeps.
func (im *Bundle) LoaderMemory() (int64, error) {
	root, err := rofs.Open(im.Root())
	if err != nil {
		return 0, err
	}
	defer root.Close()
	read := func(name string) ([]byte, error) {
		return fs.ReadFile(root, strings.TrimPrefix(path.Join(ModulesFolder, name), "/"))
	}
	loader, err := read(ModuleLoader)
	if err != nil {
		return 0, err
	}
	f, err := elffile.NewFile(bytes.NewReader(loader), int64(len(loader)), path.Join(ModulesFolder, ModuleLoader))
	if err != nil {
		return 0, err
	}
	const page = 4096
	var n int64
	for _, s := range f.Segments {
		if s.Type == elf.PT_LOAD {
			n += int64((s.Vaddr%page + s.Memsz + page - 1) / page * page)
		}
	}
	for _, table := range []string{ModuleIndex, ModuleSymbols} {
		data, err := read(table)
		if err != nil {
			return 0, err
		}
		n += int64(len(data))
	}
	return n, nil
}

// Module is a module of the kernel.
type Module struct {
	Path        string   `json:"path"` // in the image, or of the file
	Size        int64    `json:"size"`
	Memory      int64    `json:"memory"` // bytes that it takes when loaded
	Fingerprint string   `json:"fingerprint"`
	Needs       []string `json:"needs"`
	Aliases     []string `json:"aliases"` // what loads it
	Symbols     []string `json:"symbols"` // that it asks for
}
