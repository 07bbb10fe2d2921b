package guesttest_test

import (
	"bytes"
	"debug/elf"
	"fmt"
	"log"

	"uk.example/kvmboot/guesttest"
)

// The small kernel is a whole ELF file, for tests of what reads or loads kernels.
func ExampleSmallKernel() {
	f, err := elf.NewFile(bytes.NewReader(guesttest.SmallKernel()))
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range f.Progs {
		fmt.Printf("%v at %#x\n", p.Type, p.Paddr)
	}
	// Output:
	// PT_LOAD at 0x100000
	// PT_NOTE at 0x0
}
