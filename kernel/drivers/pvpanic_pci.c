/* The pvpanic device as a PCI device: the byte is the first of BAR 0. */
#include "driver.h"
#include "pci.h"
#include "pvpanic.h"

static int probe(struct pci_device *d)
{
	volatile u8 *r = pci_bar(d, 0, 0, 1);

	if (r && pvpanic_takes(*r))
		pvpanic_reg = r;
	return 0;
}

PCI_DRIVER(pvpanic_pci, PCI_ID(PCI_VENDOR_QEMU, 0x0011), probe);
