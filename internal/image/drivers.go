package image

import (
	"slices"
	"strings"
)

// has tells whether the image's kernel has a driver whose name begins so.
func (im *Bundle) BuiltIn(prefix string) bool {
	return slices.ContainsFunc(im.Drivers, func(d string) bool { return strings.HasPrefix(d, prefix) })
}

// MayHave tells the same of drivers that may be modules.
func (im *Bundle) MayHave(prefix string) bool {
	return im.BuiltIn(prefix) || slices.ContainsFunc(im.Modules, func(d string) bool { return strings.HasPrefix(d, prefix) })
}

// Transports tells where the kernel looks for its devices. A module counts only
// where the root file system needs no device, as modules are files of it.
func (im *Bundle) Transports() (mmio, pci bool) {
	in := im.MayHave
	if im.BuiltIn("virtio_blk") {
		in = im.BuiltIn
	}
	return in("virtio_mmio"), in("virtio_pci")
}

// HasDriver tells whether the kernel has the driver called name, or can load it.
func (im *Bundle) HasDriver(name string) bool {
	return slices.Contains(im.Drivers, name) || slices.Contains(im.Modules, name)
}
