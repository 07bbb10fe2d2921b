// Package target tells what a word of the command line names: a program, a
// manifest, an image, a disk; and of what is none of these, what to do with it.
package target
