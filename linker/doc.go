// Package linker turns a kit into a kernel that holds only what one image
// needs.
//
// A kit ([OpenKit]) is a folder of archives: kernel, libc, glue. A profile
// ([Profile]) says which drivers are wanted. [Link] runs the system's ld over
// the archives so that the names of a version script stay dynamic symbols,
// the profile's drivers and the selected system calls are roots, and
// --gc-sections drops the rest. The result is an ET_EXEC file with a dynamic
// symbol table and nothing to relocate at boot, a symbol file for backtraces
// and a link map that says why each section is there.
//
// How an executable comes to have a dynamic symbol table without any shared
// library: ld makes the dynamic sections for a static link when it is told to
// export (-E), and a version script with "local: *" takes back every name but
// the listed ones, which also makes exactly those the roots of the garbage
// collection. All addresses are fixed, so no relocation is left.
//
// mold reads no SECTIONS. For it the layout is done here, from the same linker
// script: see [layout] and [relayout].
//
// Kits, profiles and version scripts may come from anyone: each fault is an
// error that names the file and the line. The linker program itself is
// trusted.
package linker
