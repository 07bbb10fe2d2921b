// Package driverstest runs the guest's code for ACPI tables, PCI and virtio over
// PCI (kernel/drivers) as a program of the host: on good tables and devices, and
// on damaged ones. It holds only tests.
package driverstest
