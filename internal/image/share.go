package image

// Share is a folder of the host that the guest has, too: at Target, before the program
// starts. The image needs the driver virtio_9p.
type Share struct {
	Path     string // of the folder on the host
	Target   string // in the guest
	ReadOnly bool
}
