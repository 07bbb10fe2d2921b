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

struct entry { u32 address, address_high, data, control; };

bool pci_msix_present(struct pci_device *d)
{
	return pci_capability(d, PCI_CAP_MSIX, 0);
}

void pci_msix_start(struct pci_device *d, void (*handler)(void *), void *arg)
{
	unsigned at = pci_capability(d, PCI_CAP_MSIX, 0);
	u32 table = PCI_REG(u32, d, at + TABLE);
	volatile struct entry *e = pci_bar(d, table & 7, table & ~7u, sizeof(*e));

	if (!e)
		return;
	e->address = LAPIC_PHYS | boot_cpu.apic_id << 12;
	e->address_high = 0;
	e->data = irq_claim(handler, arg);	/* fixed delivery, edge */
	e->control = 0;				/* not masked */
	PCI_REG(u16, d, PCI_COMMAND) = PCI_REG(u16, d, PCI_COMMAND) | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_NO_INTX;
	PCI_REG(u16, d, at + CONTROL) = (PCI_REG(u16, d, at + CONTROL) & ~MASK_ALL) | ENABLE;
}
