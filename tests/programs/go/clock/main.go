// The time, as often as a server asks for it.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			last := time.Now()
			for range 1000 {
				now := time.Now()
				if now.Before(last) {
					fmt.Println("time went back")
				}
				last = now
			}
		})
	}
	wg.Wait()
	fmt.Println("done")
}
