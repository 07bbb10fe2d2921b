package uk

import (
	"fmt"
	"slices"
	"strings"

	"uk/kvmboot"
)

// Drivers that disks besides the root need.
const (
	driverNodes = "block_dev"     // the disks' names in /dev
	driverWrite = "virtio_blk_rw" // not for disks that are only read
)

// DriverVsock is the driver that sockets to the host need.
const DriverVsock = "virtio_vsock"

// DriverBalloon is the driver that a balloon needs.
const DriverBalloon = "virtio_balloon"

// DriveDrivers returns the options, for [Options.Drivers], that let an image use
// drives.
func DriveDrivers(drives []kvmboot.Drive) []string {
	if len(drives) == 0 {
		return nil
	}
	out := []string{"+virtio_blk", "+" + driverNodes}
	if slices.ContainsFunc(drives, func(d kvmboot.Drive) bool { return !d.ReadOnly }) {
		out = append(out, "+"+driverWrite)
	}
	return out
}

// CheckDrives returns an error if the image's kernel has not the drivers that
// drives need.
func (im *Image) CheckDrives(drives []kvmboot.Drive) error {
	need := DriveDrivers(drives)
	for _, option := range need {
		if name := option[1:]; !slices.Contains(im.Drivers, name) {
			return fmt.Errorf("drive %s: the kernel of %s has no driver %s: build the image with --drivers %s", drives[0].Path, im.Dir, name, strings.Join(need, ","))
		}
	}
	return nil
}

// checkVsock returns an error if the image has not the driver that v needs.
func (im *Image) checkVsock(v *kvmboot.Vsock) error {
	if v == nil || slices.Contains(im.Drivers, DriverVsock) || slices.Contains(im.Modules, DriverVsock) {
		return nil
	}
	return fmt.Errorf("vsock: the kernel of %s has no driver %s: build the image with --drivers +%s", im.Dir, DriverVsock, DriverVsock)
}
