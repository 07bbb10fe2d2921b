// Package diskimage makes disks that a machine with UEFI firmware boots: raw
// and qcow2 disks with a GUID partition table, ISO images of a CD, and the bare
// EFI program.
//
// A disk has two partitions: the root file system as it is, which the kernel
// finds by the word uk.rootlba=START+SECTORS (512-byte sectors) of its command
// line, and an EFI system partition whose only file, EFI/BOOT/BOOTX64.EFI, is a
// PE program made of the kit's UEFI loader, the kernel and its command line. The
// root file system may instead be a section of that program, which then is all
// there is: a CD has no other form.
//
// An image is described first, as a list of pieces at their places, and then
// written in one pass: memory does not grow with it, holes stay holes, and the
// same input gives the same bytes: GUIDs are derived from a hash of the contents
// and every date is fixed.
//
// go-diskfs makes the partition table, the FAT and the ISO structures, of which
// none is large; the rest is here. The files named in Options are the caller's
// and are trusted to be what it says; the loader, which is read as an ELF file,
// is checked.
package diskimage
