// Command main is a Go program that is linked against the C library: a
// position-independent executable with cgo, as many services are shipped.
package main

/*
#include <stdlib.h>
#include <string.h>

static int twice(int v) { return 2 * v; }
*/
import "C"

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"sync"
	"time"
	"unsafe"
)

func main() {
	fmt.Println("Hello from Go code")
	runtime.GOMAXPROCS(4)

	// cgo in both directions of memory.
	s := C.CString("from the C heap")
	fmt.Println(C.GoString(s), C.strlen(s), C.twice(21))
	C.free(unsafe.Pointer(s))

	// Goroutines that hold their threads, so that there are at least five.
	var wg sync.WaitGroup
	var mu sync.Mutex
	var barrier sync.WaitGroup
	barrier.Add(5)
	sums := map[int]int{}
	for g := range 5 {
		wg.Go(func() {
			runtime.LockOSThread()
			barrier.Done()
			barrier.Wait()
			sum := 0
			for i := range 100000 {
				sum += i % (g + 2)
			}
			mu.Lock()
			sums[g] = sum
			mu.Unlock()
		})
	}
	wg.Wait()
	var keys []int
	for k := range sums {
		keys = append(keys, k)
	}
	sort.Ints(keys)
	for _, k := range keys {
		fmt.Println("goroutine", k, "sum", sums[k])
	}

	// The collector at work on more garbage than fits at once.
	var keep [][]byte
	for i := range 2000 {
		b := make([]byte, 32<<10)
		b[i%len(b)] = byte(i)
		if i%100 == 0 {
			keep = append(keep, b)
		}
	}
	runtime.GC()
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	fmt.Println("kept", len(keep), "collected", ms.NumGC > 0)

	// Time goes forward, by at least what was slept.
	start := time.Now()
	time.Sleep(20 * time.Millisecond)
	fmt.Println("slept", time.Since(start) >= 20*time.Millisecond)
	select {
	case <-time.After(10 * time.Millisecond):
		fmt.Println("timer fired")
	case <-make(chan int):
	}

	// Files.
	dir, err := os.MkdirTemp("", "example")
	check(err)
	name := filepath.Join(dir, "note")
	check(os.WriteFile(name, []byte("written by Go\n"), 0o644))
	b, err := os.ReadFile(name)
	check(err)
	fmt.Print(string(b))
	check(os.RemoveAll(dir))
	_, err = os.Stat(dir)
	fmt.Println("removed", os.IsNotExist(err))

	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		var p *int
		*p = 1
	}()
}

func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
