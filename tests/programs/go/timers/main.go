// Timers, tickers, the wall clock, formats. START_NS is the host's clock before.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	host, _ := strconv.ParseInt(os.Getenv("START_NS"), 10, 64)
	now := time.Now()
	fmt.Println("clock", now.UnixNano() >= host, now.Sub(time.Unix(0, host)) < time.Hour)
	var order []int
	ch := make(chan int)
	for _, ms := range []int{30, 10, 50} {
		time.AfterFunc(time.Duration(ms)*time.Millisecond, func() { ch <- ms })
	}
	for range 3 {
		order = append(order, <-ch)
	}
	fmt.Println(order, time.Since(now) >= 50*time.Millisecond)
	t := time.NewTimer(time.Hour)
	fmt.Println("stopped", t.Stop())
	tick := time.NewTicker(2 * time.Millisecond)
	start := time.Now()
	for range 10 {
		<-tick.C
	}
	fmt.Println("ticks", time.Since(start) >= 18*time.Millisecond)
	select {
	case <-tick.C:
	case <-time.After(5 * time.Second):
		fmt.Println("too late")
	}
	fmt.Println(time.Unix(1720000000, 0).UTC().Format(time.RFC1123))
	d, err := time.ParseDuration("1h2m3.5s")
	fmt.Println(d, err)
}
