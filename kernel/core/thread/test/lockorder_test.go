package threadtest

import (
	"os/exec"
	"testing"

	"uk.example/internal/testenv"
)

// What make lockcheck finds: an order that closes a circle, also by way of a third lock, and what is not held.
func TestLockOrder(t *testing.T) {
	testenv.Sources(t, "host/*", "../../../kit/lockcheck/order.h")
	o := testenv.NewObjects(t, "-g", "-O1", "-std=gnu11", "-Wall")
	o.Compile("host/lockorder.c")
	out, err := exec.Command(o.Link()).Output()
	if err != nil {
		t.Fatal(err)
	}
	const want = `a: fine
b under a: fine
c: fine
another c under c: fine
a given back: fine
b given back: fine
b given back: not held
b again: fine
c under b: fine
c given back: fine
another c given back: fine
c by the other: fine
a under c: c is above
16 held at most
`
	if string(out) != want {
		t.Errorf("prints\n%swant\n%s", out, want)
	}
}
