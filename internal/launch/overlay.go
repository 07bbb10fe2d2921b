package launch

import "uk.example/kvmboot"

// What Overlay of a run or an image can be, besides a folder of the host.
const (
	OverlayMemory = kvmboot.OverlayMemory // changes are forgotten at the end
	OverlayOff    = "off"                 // the root file system is only read
)

// overlayTag is what guest and runner call the share that keeps changes to the root.
const overlayTag = "overlay"

// overlay is the configuration's, of an image that has one of its own or "".
func (opt *Options) overlay(image string) string {
	switch opt.Overlay {
	case "":
		return image
	case OverlayOff:
		return ""
	case OverlayMemory:
		return OverlayMemory
	}
	return overlayTag
}

// overlayFolder is the folder of the host that keeps changes, "" if none does.
func (opt *Options) overlayFolder() string {
	if opt.overlay("") != overlayTag {
		return ""
	}
	return opt.Overlay
}
