// A panic that nobody recovers from ends the program with status 2.
package main

import "fmt"

func main() {
	fmt.Println("before")
	panic("on purpose")
}
