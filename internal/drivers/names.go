package drivers

// Types of file systems whose drivers are known.
const (
	Type9P       = "9p"
	mountTypeISO = "iso9660"
	mountTypeExt = "ext4"
)

// ForMount returns the drivers that mounts of a type need, as far as that is known.
func ForMount(typ string) []string {
	switch typ {
	case Type9P:
		return []string{Share9P, Mounting}
	case mountTypeISO:
		return []string{ISO, Mounting}
	case mountTypeExt:
		return []string{Ext4, Mounting}
	}
	return []string{Mounting}
}

// Drivers that devices and mounts of a run need.
const (
	Disk  = "virtio_blk"
	Nodes = "block_dev"     // the disks' names in /dev
	Write = "virtio_blk_rw" // not for disks that are only read

	Balloon     = "virtio_balloon"
	Vsock       = "virtio_vsock" // for sockets to the host
	Share9P     = "virtio_9p"    // for folders of the host
	HostNetwork = "inet_host"    // for sockets of the host's network
	Card        = "virtio_net"
	TTY         = "tty" // for a terminal

	Overlay  = "overlay" // for a root file system that can be changed
	Mounting = "mounting"
	ISO      = "iso9660_fs"
	Ext4     = "ext4"
	PTY      = "pty" // for programs that name its files
)

// OptionOf is the option of a run that a driver is for.
func OptionOf(driver string) string {
	switch driver {
	case Balloon:
		return "Balloon"
	case Vsock:
		return "Vsock"
	case Card:
		return "Card"
	case Share9P:
		return "Shares"
	case Overlay:
		return "Overlay"
	case Mounting, ISO, Ext4:
		return "Mounts"
	case TTY:
		return "Terminal"
	}
	return "Drives"
}
