// Goroutines, channels, select, mutexes, preemption of loops without calls.
package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

func sieve(n int) int {
	ch := make(chan int)
	go func(out chan int) {
		for i := 2; ; i++ {
			out <- i
		}
	}(ch)
	last := 0
	for range n {
		last = <-ch
		next := make(chan int)
		go func(in chan int, p int) {
			for i := range in {
				if i%p != 0 {
					next <- i
				}
			}
		}(ch, last)
		ch = next
	}
	return last
}

func main() {
	runtime.GOMAXPROCS(4)
	fmt.Println("prime", sieve(100))

	var counter atomic.Int64
	var mu sync.RWMutex
	m := map[int]int{}
	var wg sync.WaitGroup
	for g := range 100 {
		wg.Go(func() {
			for i := range 200 {
				counter.Add(1)
				mu.Lock()
				m[i%10] += g
				mu.Unlock()
				if i%50 == 0 {
					runtime.Gosched()
				}
			}
		})
	}
	wg.Wait()
	fmt.Println(counter.Load(), len(m), m[3])

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	<-ctx.Done()
	fmt.Println(ctx.Err())

	// A loop that never yields must not keep others from running.
	runtime.GOMAXPROCS(1)
	var stop atomic.Bool
	go func() { time.Sleep(5 * time.Millisecond); stop.Store(true) }()
	n := 0
	for !stop.Load() {
		n++
	}
	fmt.Println("preempted", n > 0)

	cond := sync.NewCond(&sync.Mutex{})
	turn := 0
	for i := range 3 {
		wg.Go(func() {
			cond.L.Lock()
			for turn != i {
				cond.Wait()
			}
			fmt.Println("turn", i)
			turn++
			cond.Broadcast()
			cond.L.Unlock()
		})
	}
	wg.Wait()
	var once sync.Once
	for range 3 {
		once.Do(func() { fmt.Println("once") })
	}
}
