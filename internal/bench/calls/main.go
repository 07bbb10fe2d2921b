// Command calls measures what Go's runtime and packages pay for system calls, and what goroutines do: it prints lines of a
// name and nanoseconds.
package main

import (
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
)

// row prints the least time that one of n turns took.
func row(name string, n int, turns func(n int)) {
	best := time.Duration(1 << 62)
	for range 5 {
		start := time.Now()
		turns(n)
		best = min(best, time.Since(start))
	}
	fmt.Printf("%s %.1f\n", name, float64(best.Nanoseconds())/float64(n))
}

func main() {
	zero, err := os.Open("/dev/zero")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	b := make([]byte, 1)
	row("getpid", 20000, func(n int) {
		for range n {
			syscall.Getpid()
		}
	})
	row("now", 20000, func(n int) {
		for range n {
			_ = time.Now()
		}
	})
	row("read-zero", 20000, func(n int) {
		for range n {
			_, _ = zero.Read(b)
		}
	})
	row("open-close", 2000, func(n int) {
		for range n {
			if f, err := os.Open("/dev/zero"); err == nil {
				f.Close()
			}
		}
	})
	row("ping-pong", 20000, func(n int) {
		there, back := make(chan int), make(chan int)
		go func() {
			for v := range there {
				back <- v
			}
		}()
		for i := range n {
			there <- i
			<-back
		}
		close(there)
	})
	row("spawn-and-join-10", 2000, func(n int) {
		for range n {
			var wg sync.WaitGroup
			for range 10 {
				wg.Go(func() {})
			}
			wg.Wait()
		}
	})
}
