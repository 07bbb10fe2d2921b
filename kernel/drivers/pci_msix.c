/* MSI-X (PCI 3.0, section 6.8.2): the device writes a message to the local
 * APIC (Intel SDM vol. 3, 11.11), which arrives as a vector. One a device. */
#include "cpu.h"
#include "driver.h"
#include "kernel.h"
#include "pci.h"

#define CONTROL		2		/* u16: enable, mask all, number of entries */
#define TABLE		4		/* u32: offset of the table | BAR */
#define ENABLE		0x8000
#define MASK_ALL	0x4000

enum { ADDRESS, ADDRESS_HIGH, DATA, VECTOR_CONTROL };	/* words of an entry */

bool pci_msix_find(struct pci_device *d)
{
	unsigned at = pci_capability(d, PCI_CAP_MSIX, 0);
	u32 table = at ? PCI_REG(u32, d, at + TABLE) : 0;

	if (at)
		d->msix = pci_bar(d, table & 7, table & ~7u, 16);
	return d->msix;
}

void pci_msix_start(struct pci_device *d, void (*handler)(void *), void *arg)
{
	volatile u16 *control = &PCI_REG(u16, d, pci_capability(d, PCI_CAP_MSIX, 0) + CONTROL);

	d->msix[ADDRESS] = LAPIC_PHYS | boot_cpu.apic_id << 12;
	d->msix[ADDRESS_HIGH] = 0;
	d->msix[DATA] = irq_claim(handler, arg);	/* fixed delivery, edge */
	d->msix[VECTOR_CONTROL] = 0;			/* not masked */
	PCI_REG(u16, d, PCI_COMMAND) = PCI_REG(u16, d, PCI_COMMAND) | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_NO_INTX;
	*control = (*control & ~MASK_ALL) | ENABLE;
}
