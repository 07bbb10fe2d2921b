// Package threadtest tries on the host what the kernel's threads are built of: the order of locks
// (kernel/kit/lockcheck/order.h). It is tests only.
package threadtest
