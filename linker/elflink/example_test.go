package elflink_test

import (
	"fmt"
	"log"

	"uk.example/linker/elflink"
)

// Archives are read as ar writes them: a header of 60 bytes before each member.
func ExampleReadArchive() {
	members, err := elflink.ReadArchive("lib.a", []byte("!<arch>\n"+
		"hello.o/        0           0     0     644     5         `\n"+
		"world\n"))
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range members {
		fmt.Printf("%s at %d: %s\n", m.Name, m.Offset, m.Data)
	}
	// Output:
	// hello.o at 8: world
}
