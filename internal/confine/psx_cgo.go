//go:build cgo

package confine

// canSpare: a program with cgo makes a call in all threads by libpsx, which needs tkill(2) for that, and no filter
// here allows it. So all its threads may remove the socket, with what else is in its folder.
const canSpare = false
