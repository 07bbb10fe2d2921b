// Package guestmem is the RAM of one guest, where it lies, and the only way to
// reach it. Every address that comes from a guest goes through [Memory.Slice], or
// [Memory.Readable] for what it may only read. What two sides change at once is read
// and written with [Load16] and [Store16].
package guestmem
