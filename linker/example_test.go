package linker_test

import (
	"context"
	"fmt"
	"log"

	"uk.example/linker"
)

// A kernel is linked of a kit for the symbols that a program needs and the drivers that its machine has.
func ExampleLink() {
	kit, err := linker.OpenKit("/usr/local/lib/uk/kit/x64")
	if err != nil {
		log.Fatal(err)
	}
	r, err := linker.Link(context.Background(), linker.Options{
		Kit: kit, Profile: "base", Symbols: []string{"puts", "exit"}, Roots: []string{"exec_dynamic"}, Output: "kernel.elf",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Size, "bytes for", r.Drivers)
}

// Drivers are chosen as options of a command line, or line by line in a profile.
func ExampleParseDrivers() {
	settings, err := linker.ParseDrivers("virtio_blk,serial=n", "")
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range settings {
		fmt.Printf("%s=%c\n", s.Config, s.Value)
	}
	// Output:
	// VIRTIO_BLK=y
	// SERIAL=n
}
