// Command main has parts of cgo that call functions of the C library for Go
// code which it lacks. With an argument it goes round Go and calls one.
package main

/*
extern void x_cgo_setenv(char **arg);
static void call(void) { char *arg[] = { "NAME", "value" }; x_cgo_setenv(arg); }
*/
import "C"

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("began")
	if len(os.Args) > 1 {
		C.call()
		fmt.Println("called")
	}
}
