// All goroutines asleep: the runtime notices and ends with status 2.
package main

import "fmt"

func main() {
	fmt.Println("before")
	<-make(chan int)
}
