// Package virtio has the devices of a machine: each kind, the queues that it shares
// with a driver, and the register block (virtio-mmio) by which that finds it. Of the
// machine it knows no more than [Machine].
//
// The guest is hostile: every length and address of a request is checked before use,
// and what one request can take is bounded in time and memory. A driver that breaks the
// rules has its device stop until it resets it.
package virtio
