// Package elflink links relocatable ELF objects from archives into a kernel:
// an x86-64 executable at fixed addresses, with a dynamic symbol table for the
// programs that it will load and nothing left to relocate at boot.
//
// The archives are parsed once, into an [Index], when a kit is built: [MakeIndex] makes the file that [OpenIndex] reads. A link
// takes from it what it needs. [ReadIndex] makes one in memory, with debugging information.
//
// [Link] is a list of passes over one [linker]. Symbols and sections are integers there;
// names are looked up when the index is made and not again.
//
//	resolve   archive members are chosen as GNU ld chooses them; every global name has its definition
//	live      sections that nothing refers to are dropped, and what is left says what keeps it
//	assign    each section has its part of the layout
//	got       loads from the global offset table become plain addresses, or have a slot
//	merge     equal strings and constants are one
//	tables    the dynamic symbol table and its hash are sized
//	layout    everything has an address
//	relocate  every output has its bytes
//	write     the kernel's file; and at the same time
//	describe  what is in it, and why
//
// What is where is a [Layout], data that the caller gives. Sections of debugging
// information are passed through to the file with all symbols ([Image.Debug]).
//
// Objects and indices may come from anyone: each fault is an error that names the file. There are no shared libraries,
// no IFUNC, and of thread-local storage the local-exec model only, into which initial-exec is changed.
package elflink
