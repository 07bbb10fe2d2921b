package virtio

import (
	"strconv"
)

// Traffic is what moved over queues, headers of requests included.
type Traffic struct {
	Requests  uint64 `json:"requests"`
	FromGuest uint64 `json:"bytes_from_guest"`
	ToGuest   uint64 `json:"bytes_to_guest"`
}

func (t *Traffic) add(o Traffic) {
	t.Requests += o.Requests
	t.FromGuest += o.FromGuest
	t.ToGuest += o.ToGuest
}

// Traffic is what moved over all queues.
func (t *Transport) Traffic() Traffic {
	t.mu.Lock()
	defer t.mu.Unlock()
	sum := t.moved
	for i := range t.queue {
		sum.add(t.queue[i].moved)
	}
	return sum
}

// Kind is what the device is, in metrics.
func (t *Transport) Kind() string {
	switch t.dev.id() {
	case IDNet:
		return "card"
	case IDBlock:
		return "disk"
	case IDConsole:
		return "console"
	case IDEntropy:
		return "entropy"
	case IDBalloon:
		return "balloon"
	case IDVsock:
		return "vsock"
	case IDHostSockets:
		return "sockets"
	case ID9P:
		return "share"
	}
	return "device" + strconv.Itoa(int(t.dev.id()))
}
