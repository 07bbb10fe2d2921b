/* PCI (PCI Local Bus 3.0; PCI Express Base 3.0, section 7.2.2: configuration space in memory). What a
 * device says of itself is checked. */
#ifndef PCI_H
#define PCI_H

#include "types.h"

#define PCI_VENDOR_VIRTIO	0x1af4
#define PCI_VENDOR_QEMU		0x1b36

/* Configuration space (PCI 3.0, section 6.1). */
#define PCI_VENDOR		0x00
#define PCI_DEVICE		0x02
#define PCI_COMMAND		0x04
#define PCI_STATUS		0x06
#define PCI_HEADER_TYPE		0x0e
#define PCI_BARS		0x10
#define PCI_SECONDARY_BUS	0x19	/* of a bridge */
#define PCI_SUBSYSTEM		0x2e
#define PCI_CAPABILITIES	0x34

#define PCI_COMMAND_MEMORY	0x0002
#define PCI_COMMAND_MASTER	0x0004
#define PCI_COMMAND_NO_INTX	0x0400
#define PCI_STATUS_CAPABILITIES	0x0010

#define PCI_CAP_VENDOR		0x09
#define PCI_CAP_MSIX		0x11

struct pci_device {
	volatile void *config;	/* 4 KB of registers */
	u16 vendor, device;
	u8 bus, slot, function;
	bool sized;
	volatile u32 *msix;		/* entry 0 of its table */
	struct { u64 base, size; } bars[6];	/* memory only; size 0: none */
};

/* Accesses of configuration space, in the width of the register. */
#define PCI_REG(type, d, offset) (*(volatile type *)((volatile char *)(d)->config + (offset)))

/* drivers/pci.c. capability: offset of the N-th with ID, from 0; 0: none.
 * bar: LEN bytes at OFFSET of a memory BAR, mapped, or NULL with a message when they are not inside. */
unsigned pci_capability(struct pci_device *d, u8 id, unsigned n);
volatile void *pci_bar(struct pci_device *d, unsigned bar, u64 offset, u64 len);
/* drivers/pci_msix.c: one vector of the device calls HANDLER, from pci_msix_start on. find comes first: whether
 * there is MSI-X. */
bool pci_msix_find(struct pci_device *d);
void pci_msix_start(struct pci_device *d, void (*handler)(void *), void *arg);

#endif
