// Package symbols works out what the ELF files of an image need of the
// kernel: which of the exported C library symbols they refer to, and which
// system calls their own code makes. The result becomes the version script
// that a tailored kernel is linked with, and the system call table's content.
//
// # What is offered
//
// The exact set of one file is the intersection of the names of its undefined
// dynamic symbols, weak ones included, with the names of the exported sets,
// as OSv's generator means it: whether a library in the image also defines a
// name makes no difference, since which of the two definitions wins is
// settled by the search order of the loader at run time. A symbol that an
// executable has a copy relocation for (stdout, environ) counts as undefined
// even though its symbol table defines it, since its first value comes from
// the C library. Versions do not select among the kernel's symbols, which
// have none, but they decide whether a library of the image satisfies a name.
//
// A file that was linked with musl gets __musl_NAME in place of NAME where that
// is exported: there the contracts of musl and glibc differ, and the guest's
// loader looks for it first.
//
// # Differences
//
// A list may say how a name's behaviour differs from glibc's ([Difference]). The
// result tells which files import such a name, so that the image can have glibc
// instead. Names that a file merely has among its constants do not count.
//
// # Names looked up at run time
//
// A file that imports dlsym or dlvsym may ask for names that no symbol table
// lists. Such a file gives a warning, and with DLSymAuto every constant
// string in its read-only data that equals an exported name is offered too:
// more than is asked for, perhaps, but never less for a name that is a
// constant. Names put together at run time are added by hand. Of a few programs
// it is known that their scripts or data name them: that counts as a difference.
//
// The input is as hostile as package elffile takes it. Nothing is executed.
package symbols
