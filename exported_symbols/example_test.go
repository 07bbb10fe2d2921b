package exportedsymbols_test

import (
	"fmt"
	"log"

	exportedsymbols "uk.example/exported_symbols"
)

// What a kernel can offer is data of this program.
func ExampleLoad() {
	all, err := exportedsymbols.Load()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(all.HasSoname("libc.so.6"), all.Has("printf"), all.Has("no_such_function"))
	// Output:
	// true true false
}
