package uk

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"uk/kvmboot"
	"uk/linker"
)

// Drivers that devices of RunOptions need.
const (
	driverDisk  = "virtio_blk"
	driverNodes = "block_dev"     // the disks' names in /dev
	driverWrite = "virtio_blk_rw" // not for disks that are only read

	DriverBalloon = "virtio_balloon"
	DriverVsock   = "virtio_vsock" // for sockets to the host
	DriverShare   = "virtio_9p"    // for folders of the host
	driverNetwork = "inet_host"    // for sockets of the host's network
	driverCard    = "virtio_net"
	DriverTTY     = "tty" // for a terminal

	driverOverlay  = "overlay" // for a root file system that can be changed
	driverMounting = "mounting"
	driverISO      = "iso9660_fs"
	driverExt      = "ext4"
	driverPTY      = "pty" // for programs that name its files
)

// need is a driver, and who asks for it: a flag, or a line of a manifest.
type need struct {
	driver, where string
	optional      bool // an image whose kernel cannot have it does without
}

// NeededDrivers returns the drivers that an image needs for the devices of opt,
// for [Options.Need].
func (opt *RunOptions) NeededDrivers() []string {
	var need []string
	if len(opt.Drives) > 0 {
		need = append(need, driverDisk, driverNodes)
	}
	if slices.ContainsFunc(opt.Drives, func(d kvmboot.Drive) bool { return !d.ReadOnly }) {
		need = append(need, driverWrite)
	}
	if opt.Balloon != nil {
		need = append(need, DriverBalloon)
	}
	if opt.Vsock != nil {
		need = append(need, DriverVsock)
	}
	if opt.Card != nil {
		need = append(need, driverCard)
	}
	for _, m := range opt.mounts() {
		for _, driver := range mountDrivers(m.Type) {
			if !slices.Contains(need, driver) {
				need = append(need, driver)
			}
		}
	}
	if opt.Overlay != "" && opt.Overlay != OverlayOff {
		need = append(need, driverOverlay)
	}
	if opt.overlayFolder() != "" && !slices.Contains(need, DriverShare) {
		need = append(need, DriverShare)
	}
	if opt.Terminal != nil {
		need = append(need, DriverTTY)
	}
	return need
}

// checkDrivers returns an error if the image lacks drivers for the devices of opt.
func (im *Image) checkDrivers(opt *RunOptions) error {
	need := opt.NeededDrivers()
	if opt.overlayFolder() != "" && slices.Contains(im.Modules, DriverShare) {
		return fmt.Errorf("--overlay: the driver %s is a module in %s, and modules lie in the root file system: build the image with --drivers +%s", DriverShare, im.Name(), DriverShare)
	}
	for _, name := range need {
		switch {
		case im.hasDriver(name):
		case name == driverWrite && slices.Contains(im.Modules, driverDisk): // is part of that module
		default:
			return fmt.Errorf("--%s: the driver %s is not in %s, CONFIG_%s=y adds it: build the image with --drivers +%s",
				flagOf(name), name, im.Name(), strings.ToUpper(name), strings.Join(need, ",+"))
		}
	}
	return nil
}

// flagOf is the flag of `uk run` that a driver is for.
func flagOf(driver string) string {
	switch driver {
	case DriverBalloon:
		return "balloon"
	case DriverVsock:
		return "vsock"
	case driverCard:
		return "net"
	case DriverShare:
		return "share"
	case driverOverlay:
		return "overlay"
	case driverMounting, driverISO, driverExt:
		return "mount"
	case DriverTTY:
		return "tty"
	}
	return "drive"
}

// addNeeded adds the drivers of [Plan.needs] that neither the profile nor a line
// has: built in, or modules where what they depend on is one.
func (p *Plan) addNeeded() error {
	needs := p.needs()
	if len(needs) == 0 {
		return nil
	}
	kit, profile, err := p.kitProfile()
	if err != nil {
		return err
	}
	for _, n := range needs {
		d, err := kit.Find(n.driver)
		if err != nil && n.optional {
			continue
		}
		if err != nil {
			return err
		}
		r, err := kit.Resolve(profile, p.drivers)
		if err != nil {
			return err
		}
		if r.Value(d.Config) != 'n' || slices.ContainsFunc(p.drivers, func(s linker.Setting) bool { return s.Config == d.Config }) {
			continue
		}
		as := func(v byte) []linker.Setting {
			return append([]linker.Setting{{Config: d.Config, Value: v, Where: n.where}}, p.drivers...)
		}
		with := as('y')
		var no *linker.Contradiction
		if _, err := kit.Resolve(profile, with); errors.As(err, &no) && d.Type != linker.TypeBool {
			with = as('m')
		}
		if _, err := kit.Resolve(profile, with); err != nil && n.optional {
			continue
		}
		p.drivers = with
	}
	return nil
}
