package launch

import (
	"fmt"
	"slices"
	"strings"

	"uk.example/internal/badoption"
	"uk.example/internal/drivers"
	"uk.example/internal/image"
	"uk.example/kvmboot"
)

// NeededDrivers returns the drivers that an image needs for the devices of opt,
// for [build.Options].
func (opt *Options) NeededDrivers() []string {
	var need []string
	if len(opt.Drives) > 0 {
		need = append(need, drivers.Disk, drivers.Nodes)
	}
	if slices.ContainsFunc(opt.Drives, func(d kvmboot.Drive) bool { return !d.ReadOnly }) {
		need = append(need, drivers.Write)
	}
	if opt.Balloon != nil {
		need = append(need, drivers.Balloon)
	}
	if opt.Vsock != nil {
		need = append(need, drivers.Vsock)
	}
	if opt.Card != nil {
		need = append(need, drivers.Card)
	}
	for _, m := range opt.mounts() {
		for _, driver := range drivers.ForMount(m.Type) {
			if !slices.Contains(need, driver) {
				need = append(need, driver)
			}
		}
	}
	if opt.Overlay != "" && opt.Overlay != OverlayOff {
		need = append(need, drivers.Overlay)
	}
	if opt.overlayFolder() != "" && !slices.Contains(need, drivers.Share9P) {
		need = append(need, drivers.Share9P)
	}
	if opt.Terminal != nil {
		need = append(need, drivers.TTY)
	}
	return need
}

// checkDrivers returns an error if the image lacks drivers for the devices of opt.
func checkDrivers(im *image.Bundle, opt *Options) error {
	need := opt.NeededDrivers()
	if opt.overlayFolder() != "" && slices.Contains(im.Modules, drivers.Share9P) {
		return &badoption.About{Option: "Overlay", Err: fmt.Errorf("the driver %s is a module in %s, and modules lie in the root file system: build the image with --drivers +%s", drivers.Share9P, im.Name(), drivers.Share9P)}
	}
	for _, name := range need {
		switch {
		case im.HasDriver(name):
		case name == drivers.Write && slices.Contains(im.Modules, drivers.Disk): // is part of that module
		default:
			return &badoption.About{Option: drivers.OptionOf(name), Err: fmt.Errorf("the driver %s is not in %s, CONFIG_%s=y adds it: build the image with --drivers +%s",
				name, im.Name(), strings.ToUpper(name), strings.Join(need, ",+"))}
		}
	}
	return nil
}
