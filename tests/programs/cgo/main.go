// C and Go call each other, from threads that C made as well.
package main

/*
#cgo LDFLAGS: -lm
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

extern int goCallback(int);

static void *thread(void *arg) { return (void *)(long)goCallback((int)(long)arg); }

static long from_threads(int n)
{
	pthread_t t[16];
	long sum = 0;
	for (long i = 0; i < n; i++)
		pthread_create(&t[i], NULL, thread, (void *)i);
	for (int i = 0; i < n; i++) {
		void *r;
		pthread_join(t[i], &r);
		sum += (long)r;
	}
	return sum;
}

static int fails(void) { errno = ENOENT; return -1; }
static void hello(const char *s) { printf("C says %s\n", s); fflush(stdout); }
static void value(double d) { long double l = d * 2; printf("%.3f %.2Lf\n", d, l); fflush(stdout); }
static int twice(int n) { return goCallback(goCallback(n)); }
*/
import "C"

import (
	"fmt"
	"net/url"
	"os/user"
	"sync"
	"unsafe"
)

//export goCallback
func goCallback(n C.int) C.int { return n * 3 }

func main() {
	s := C.CString("hello")
	C.hello(s)
	C.free(unsafe.Pointer(s))
	C.value(1234.5)
	fmt.Println(C.twice(5), C.from_threads(16), float64(C.sqrt(81)))
	_, err := C.fails()
	fmt.Println(err)
	var wg sync.WaitGroup
	var mu sync.Mutex
	sum := 0
	for i := range 50 {
		wg.Go(func() {
			p := C.malloc(C.size_t(1000 + i))
			v := int(C.twice(C.int(i)))
			C.free(p)
			mu.Lock()
			sum += v
			mu.Unlock()
		})
	}
	wg.Wait()
	fmt.Println(sum)
	u, err := user.LookupId("0")
	fmt.Println(u.Username, err)
	//lint:ignore SA1007 an error is wanted
	_, err = url.Parse("http://[")
	fmt.Println(err)
}
