// Package p9 serves a folder of the host by 9P2000.L, the protocol with which Linux and
// QEMU share folders with guests. Messages are those of Linux's include/net/9p/9p.h and of
// the protocol's description in diod's protocol.md.
//
// Scope: one client, whose requests are answered one after the other, in order. There
// are no extended attributes, no authentication and no special files; locks are the
// client's own to keep.
//
// Trust: the client is hostile, the host's files are not but may change at any time. A
// fid is a path below the shared folder, and every use of it is one openat2(2) from the
// folder's descriptor that follows no symbolic link and no "..": what lies outside cannot
// be named, and a folder that was moved away is gone. Names come from the client one at a
// time and are checked. Only regular files and folders are ever opened. Memory,
// descriptors and the work of one request are bounded.
//
// Files that the client makes belong to whom the server runs as. Set-user-ID bits, and
// set-group-ID bits of files, are dropped, also of files that were there, when they are
// opened to be changed: the host would give the client's program its user's rights.
package p9
