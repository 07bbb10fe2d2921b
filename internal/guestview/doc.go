// Package guestview makes threads, modules and stops of what is in a guest's
// memory and processors, for the debugger, core files and profiles.
//
// The guest's kernel keeps its structures where the image's symbol file says,
// as kernel/include/uk_abi.h lays them out. All of it is the guest's word:
// lists are followed up to a limit, addresses only where page tables map RAM,
// strings are cut, and what makes no sense ends a list.
package guestview
