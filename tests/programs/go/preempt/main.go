// Goroutines that make system calls all the time are preempted, profiled, and seen by the garbage collector.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		fmt.Println(err)
	}
	zero, err := os.Open("/dev/zero")
	if err != nil {
		fmt.Println(err)
		return
	}
	var stop, wrong atomic.Int64
	var wg sync.WaitGroup
	self := os.Getpid()
	for i := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			b := make([]byte, 16)
			sum := 0
			for n := 0; stop.Load() == 0; n++ {
				if pid, _, e := syscall.RawSyscall(syscall.SYS_GETPID, 0, 0, 0); int(pid) != self || e != 0 {
					wrong.Add(1)
				}
				if i == 1 {
					if n, err := zero.Read(b); n != 16 || err != nil {
						wrong.Add(1)
					}
				}
				if _, _, e := syscall.Syscall(syscall.SYS_CLOSE, ^uintptr(0), 0, 0); e != syscall.EBADF {
					wrong.Add(1)
				}
				for k := range 100 * i { // where it can be preempted
					sum += k
				}
			}
			_ = sum
		}()
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		for stop.Load() == 0 {
			runtime.GC()
			_ = runtime.Stack(make([]byte, 1<<16), true)
			time.Sleep(time.Millisecond)
		}
	}()
	time.Sleep(700 * time.Millisecond)
	stop.Store(1)
	wg.Wait()
	pprof.StopCPUProfile()
	fmt.Println("wrong:", wrong.Load(), "profile:", profile.Len() > 0)
}
