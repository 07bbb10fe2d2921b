package hostsockets

import (
	"net/netip"
	"slices"
	"time"
)

// patience is how long a name server may leave a question without an answer until the next question goes to another.
// It is less than what resolvers wait before they ask again.
const patience = time.Second

// resolvers are the host's name servers, of which one at a time stands behind the guest's. Questions are not kept and
// sent anew: whoever asks does that, and finds the next one.
type resolvers struct {
	list  []netip.AddrPort
	at    int
	asked time.Time // of the oldest question that it has not answered; zero: there is none
}

// current is the one that is asked now.
func (r *resolvers) current() (netip.AddrPort, bool) {
	if len(r.list) == 0 {
		return netip.AddrPort{}, false
	}
	if !r.asked.IsZero() && time.Since(r.asked) > patience {
		r.failed()
	}
	return r.list[r.at], true
}

// ask notes a question.
func (r *resolvers) ask() {
	if r.asked.IsZero() {
		r.asked = time.Now()
	}
}

// answered notes an answer, of whomever.
func (r *resolvers) answered(from netip.AddrPort) {
	if i := slices.Index(r.list, from); i >= 0 {
		r.at, r.asked = i, time.Time{}
	}
}

// failed goes on to the next.
func (r *resolvers) failed() {
	r.asked = time.Time{}
	if len(r.list) > 0 {
		r.at = (r.at + 1) % len(r.list)
	}
}

// resolverFailed takes an error of the socket, which may be that nobody is at the name server's port.
func (k *sock) resolverFailed(err error) {
	if err != nil && k.connected && k.srv.isResolver(k.peer) {
		k.srv.dns.failed()
	}
}
