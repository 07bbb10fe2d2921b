// Package rofs writes, reads and checks read-only file system images, in two
// versions of a format that share their name and the first 16 bytes.
//
// Version 1 is OSv's. An image is, in 512-byte blocks: a superblock; the contents
// of the files, each padded to a block; the table of directory entries; the table
// of symbolic links; the table of inodes. The three tables are packed without
// padding between them. All numbers are little-endian. Modes hold a file type and
// no permissions, there are no owners and no times, so that an image is a function
// of its ordered entries alone: the same entries give the same bytes, and those
// are the bytes that OSv's generator writes for the same ordered entries.
//
// The one known difference: a name or link with characters outside ASCII gets
// its length in bytes, as the format's readers expect. OSv's generator writes
// the number of characters there, which makes an image that nothing can read.
//
// Version 2 is this project's; docs/rofs2.md specifies it. It keeps modes, owners,
// times and extended attributes, several names of a file and holes, has contents
// that are the same once, sorts directories, and begins each file's contents on a
// page. An image is a function of the tree that the entries describe, their order
// aside, and of what the host says of their files.
//
// Trust: the writer trusts the host's files only as far as it looked: a file
// that changes while it is packed is an error. The reader and the checker trust
// nothing: a hostile image gives a [FormatError] or a list of [Problem]s, never
// a panic, an endless walk, or an allocation larger than the image, but for the
// contents of files with holes, which have a limit ([FS.ReadFile]).
package rofs
