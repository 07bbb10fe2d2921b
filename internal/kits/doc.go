// Package kits finds the kit that kernels are linked from. It decides what is
// booted, so it is looked for only where who runs the command says, inside the
// command, or beside it.
package kits
