package launch

import (
	"fmt"
	"slices"
	"strings"

	"uk.example/internal/badoption"
	"uk.example/internal/drivers"
	"uk.example/internal/image"
	"uk.example/kvmboot"
	"uk.example/linker"
)

// Needs returns what an image's drivers must serve for the devices of opt, for
// [build.Options].
func (opt *Options) Needs() []linker.Service {
	var needs []linker.Service
	need := func(kind, name string) {
		if s := (linker.Service{Kind: kind, Name: name}); !slices.Contains(needs, s) {
			needs = append(needs, s)
		}
	}
	if len(opt.Drives) > 0 {
		need(drivers.Disk, "")
		need(drivers.DiskNodes, "")
	}
	if slices.ContainsFunc(opt.Drives, func(d kvmboot.Drive) bool { return !d.ReadOnly }) {
		need(drivers.DiskWriting, "")
	}
	if opt.Balloon != nil {
		need(drivers.Balloon, "")
	}
	if opt.Vsock != nil {
		need(drivers.Vsock, "")
	}
	if opt.Card != nil {
		need(drivers.Card, "")
	}
	for _, m := range opt.mounts() {
		if m.Type == type9P {
			need(drivers.Shares, "")
		} else {
			need(drivers.Mount, m.Type)
		}
		need(drivers.Mounting, "")
	}
	if opt.Overlay != "" && opt.Overlay != OverlayOff {
		need(drivers.Overlay, "")
	}
	if opt.overlayFolder() != "" {
		need(drivers.Shares, "")
	}
	if opt.Terminal != nil {
		need(drivers.Terminal, "")
	}
	return needs
}

// checkDrivers returns an error if the image lacks drivers for the devices of opt.
func checkDrivers(im *image.Bundle, opt *Options) error {
	if opt.overlayFolder() != "" && im.Serves(drivers.Shares) && !im.BuiltIn(drivers.Shares) {
		name := driverFor(im, drivers.Shares)
		return &badoption.About{Option: "Overlay", Err: fmt.Errorf("the driver %s is a module in %s, and modules lie in the root file system: build the image with --drivers +%s", name, im.Name(), name)}
	}
	needs := opt.Needs()
	for _, s := range needs {
		if lacks(im, s) {
			return &badoption.About{Option: drivers.OptionOf(s.Kind), Err: missingDriver(im, s, needs)}
		}
	}
	return nil
}

// lacks tells whether a driver is missing from the image. Types of mounts that no driver of the kit names are left to
// the kernel.
func lacks(im *image.Bundle, s linker.Service) bool {
	switch {
	case im.ServesNamed(s):
		return false
	case s.Kind == drivers.DiskWriting && im.Serves(drivers.Disk) && !im.BuiltIn(drivers.Disk):
		return false // is part of that module
	}
	return len(im.Serving(s)) > 0 || s.Kind != drivers.Mount
}

func missingDriver(im *image.Bundle, s linker.Service, needs []linker.Service) error {
	names := im.Serving(s)
	if len(names) == 0 {
		return fmt.Errorf("no driver of the kit that %s was built with serves %s: build the image with another kit", im.Name(), s.Kind)
	}
	return fmt.Errorf("the driver %s is not in %s, CONFIG_%s=y adds it: build the image with --drivers +%s",
		names[0], im.Name(), strings.ToUpper(names[0]), strings.Join(driversFor(im, needs), ",+"))
}

// driverFor names the driver that would serve a kind of things.
func driverFor(im *image.Bundle, kind string) string {
	if list := im.Serving(linker.Service{Kind: kind}); len(list) > 0 {
		return list[0]
	}
	return "for " + kind // of a kit that has none
}

// driversFor names a driver for each of needs, each once.
func driversFor(im *image.Bundle, needs []linker.Service) []string {
	var out []string
	for _, s := range needs {
		if list := im.Serving(s); len(list) > 0 && !slices.Contains(out, list[0]) {
			out = append(out, list[0])
		}
	}
	return out
}
