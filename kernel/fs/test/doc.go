// Package fstest runs the guest's file system code (kernel/fs, kernel/sys/file)
// as a program of the host, under the address and undefined-behaviour
// sanitizers: over images that package rofs wrote, over damaged images, with
// threads that block, and call by call beside the host's own kernel. It is
// tests only.
package fstest
