package image

import (
	"fmt"
	"slices"
	"strconv"

	"uk.example/internal/drivers"
	"uk.example/linker"
)

// Service is what a driver of the kit serves, which the image's kernel need not have: so that messages can name it.
type Service struct {
	Driver string `json:"driver"`
	linker.Service
}

// Services lists what the kit's drivers serve, for [Info.Services].
func Services(kit *linker.Kit) []Service {
	var out []Service
	for _, d := range kit.Drivers {
		for _, s := range d.Serves {
			out = append(out, Service{d.Name, s})
		}
	}
	return out
}

func (s *Service) check() error {
	if !ValidName(s.Driver) || !ValidName(s.Kind) || strconv.Quote(s.Name) != `"`+s.Name+`"` {
		return fmt.Errorf("services: %q is none", *s)
	}
	return nil
}

// Serving returns the drivers that serve something of a kind, by that name if there is one: those of the kit.
func (im *Bundle) Serving(s linker.Service) []string {
	var out []string
	for i := range im.Services {
		if has := &im.Services[i]; has.Kind == s.Kind && (s.Name == "" || has.Name == s.Name) {
			out = append(out, has.Driver)
		}
	}
	return out
}

// BuiltIn tells whether the image's kernel has a driver that serves a kind.
func (im *Bundle) BuiltIn(kind string) bool { return im.builtIn(linker.Service{Kind: kind}) }

func (im *Bundle) builtIn(s linker.Service) bool {
	return slices.ContainsFunc(im.Serving(s), func(d string) bool { return slices.Contains(im.Drivers, d) })
}

// Serves tells the same of drivers that may be modules.
func (im *Bundle) Serves(kind string) bool { return im.ServesNamed(linker.Service{Kind: kind}) }

// ServesNamed is [Bundle.Serves] for one of several names.
func (im *Bundle) ServesNamed(s linker.Service) bool {
	return slices.ContainsFunc(im.Serving(s), im.HasDriver)
}

// Transports tells where the kernel looks for its devices. A module counts only
// where the root file system needs no device, as modules are files of it.
func (im *Bundle) Transports() (mmio, pci bool) {
	if im.BuiltIn(drivers.Disk) {
		return im.BuiltInTransports()
	}
	return im.ServesNamed(transport(drivers.MMIO)), im.ServesNamed(transport(drivers.PCI))
}

// BuiltInTransports leaves modules out.
func (im *Bundle) BuiltInTransports() (mmio, pci bool) {
	return im.builtIn(transport(drivers.MMIO)), im.builtIn(transport(drivers.PCI))
}

func transport(name string) linker.Service {
	return linker.Service{Kind: drivers.Transport, Name: name}
}

// HasDriver tells whether the kernel has the driver called name, or can load it.
func (im *Bundle) HasDriver(name string) bool {
	return slices.Contains(im.Drivers, name) || slices.Contains(im.Modules, name)
}
