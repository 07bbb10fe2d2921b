package guestmem_test

import (
	"errors"
	"fmt"
	"log"

	"uk.example/kvmboot/guestmem"
)

// Addresses that a guest names are looked up; what is outside of its memory is an error.
func Example() {
	mem, err := guestmem.New(16<<20, false)
	if err != nil {
		log.Fatal(err)
	}
	defer mem.Close()
	b, err := mem.Slice(0x100000, 5)
	if err != nil {
		log.Fatal(err)
	}
	copy(b, "hello")
	again, _ := mem.Slice(0x100001, 4)
	fmt.Printf("%s\n", again)

	_, err = mem.Slice(16<<20-1, 2)
	fmt.Println(errors.Is(err, guestmem.ErrOutside))
	// Output:
	// ello
	// true
}
