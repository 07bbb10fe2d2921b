package boot_test

import (
	"bytes"
	"fmt"
	"log"

	"uk.example/kvmboot/boot"
	"uk.example/kvmboot/guesttest"
)

// A kernel's file is checked before anything of it is loaded.
func ExampleParseKernel() {
	file := guesttest.SmallKernel()
	k, err := boot.ParseKernel("kernel.elf", bytes.NewReader(file), int64(len(file)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("enters at %#x, ends at %#x\n", k.Entry, k.End())

	_, err = boot.ParseKernel("kernel.elf", bytes.NewReader(file[:40]), 40)
	fmt.Println(err != nil)
	// Output:
	// enters at 0x1000c8, ends at 0x100200
	// true
}
