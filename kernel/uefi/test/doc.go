// Package uefitest runs the UEFI loader (kernel/uefi) as a program of the host,
// under the address and undefined-behaviour sanitizers, with firmware that is
// played: over programs that package diskimage made, over damaged ones, and over
// memory maps of all kinds. It is tests only.
package uefitest
