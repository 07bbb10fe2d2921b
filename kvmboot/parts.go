package kvmboot

import (
	"uk.example/kvmboot/boot"
	"uk.example/kvmboot/guestmem"
	"uk.example/kvmboot/virtio"
)

// MinMemory and MaxMemory bound Config.Memory, in bytes.
const (
	MinMemory = guestmem.MinMemory
	MaxMemory = guestmem.MaxMemory
)

// Devices of a [Config].
type (
	// Drive is a disk, a file or block device of the host.
	Drive = virtio.Drive
	// Share is a folder of the host.
	Share = virtio.Share
	// Balloon takes memory from the guest while it runs.
	Balloon = virtio.Balloon
	// BalloonStats are figures that the guest tells of its memory.
	BalloonStats = virtio.BalloonStats
	// Vsock is a socket device between guest and host.
	Vsock = virtio.Vsock
	// HostNetwork lets the guest use this host's network.
	HostNetwork = virtio.HostNetwork
	// PublishedPort is a port of the host that leads to one of the guest.
	PublishedPort = virtio.PublishedPort
	// Card is a network card.
	Card = virtio.Card
	// Traffic is what moved over a device's queues.
	Traffic = virtio.Traffic
)

// KernelError is the error that a file is no kernel that can be booted.
type KernelError = boot.KernelError
