// Package linker turns a kit into a kernel that holds only what one image
// needs.
//
// A kit ([OpenKit]) is a folder of archives: kernel, libc, glue. A profile
// ([Profile]) says which drivers are wanted. [Link] links the archives
// ([uk.example/linker/elflink]) so that the names of a version script stay dynamic symbols,
// the profile's drivers and the selected system calls are roots, and
// what nothing refers to is dropped. The result is an ET_EXEC file with a dynamic
// symbol table and nothing to relocate at boot, a symbol file for backtraces
// and a link map that says why each section is there.
//
// Kits, profiles and version scripts may come from anyone: each fault is an
// error that names the file and the line.
package linker
