// For debuggers: a variable, a function that changes it, in a goroutine of its own.
package main

import "fmt"

var answer = 41

//go:noinline
func bump(n int) int { answer += n; return answer }

func main() {
	done := make(chan int)
	go func() { done <- bump(1) }()
	fmt.Println(<-done)
}
