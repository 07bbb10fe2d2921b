package stdio_test

import (
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"uk.example/kvmboot/stdio"
)

// Input waits for no more than the machine's end.
func Example() {
	stop, err := stdio.NewStop()
	if err != nil {
		log.Fatal(err)
	}
	defer stop.Close()
	in := stdio.NewInput(strings.NewReader("typed\n"), stop)
	b, err := in.Peek()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s", b)
	in.Consume(len(b))

	r, _, err := os.Pipe() // nobody writes to it
	if err != nil {
		log.Fatal(err)
	}
	waiting := stdio.NewInput(r, stop)
	stop.Raise()
	_, err = waiting.Peek()
	fmt.Println(errors.Is(err, stdio.ErrStopped))
	// Output:
	// typed
	// true
}
