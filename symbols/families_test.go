package symbols

import (
	"fmt"
	"testing"

	"uk.example/internal/elffile"
	"uk.example/internal/testenv"
)

func TestFamilies(t *testing.T) {
	const head = "#include <sys/socket.h>\n#include <netinet/in.h>\n#include <syslog.h>\n#include <netdb.h>\n#include <dlfcn.h>\n#include <stdlib.h>\n"
	tests := []struct {
		name, src, want string
	}{
		{"options", `int main() { int s = socket(AF_INET, SOCK_DGRAM, 0); return setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, "", 0) + setsockopt(s, 6, 20, "", 0) + setsockopt(s, IPPROTO_IP, IP_TTL, "", 0); }`, "{[2] false}"},
		{"a group", `int main() { int s = socket(AF_INET, SOCK_DGRAM, 0); return setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, "", 0) + setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, "", 0); }`, "{[2] true}"},
		{"a group of IPv6", `int main(int n, char **v) { int s = socket(AF_INET6, SOCK_DGRAM, 0); return setsockopt(s, IPPROTO_IPV6, n ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, "", 0); }`, "{[10] true}"},
		{"some option", `int main(int n, char **v) { int s = socket(AF_INET, SOCK_DGRAM, 0); return setsockopt(s, IPPROTO_IP, atoi(v[1]), "", 0); }`, "{[2] true}"},
		{"some option of sockets", `int main(int n, char **v) { int s = socket(AF_INET, SOCK_DGRAM, 0); return setsockopt(s, SOL_SOCKET, atoi(v[1]), "", 0); }`, "{[2] false}"},
		{"only an option", `int main(int n, char **v) { return setsockopt(3, IPPROTO_IP, MCAST_JOIN_GROUP, "", 0); }`, "{[] true}"},
		{"none", `int main() { return 0; }`, "[]"},
		{"one", `int main() { return socket(AF_UNIX, SOCK_STREAM, 0); }`, "[1]"},
		{"two", `int main(int n, char **v) { return n > 1 ? socket(AF_INET, SOCK_STREAM, 0) : socket(AF_INET6, SOCK_DGRAM, 0); }`, "[2 10]"},
		{"a choice", `int main(int n, char **v) { return socket(n > 1 ? AF_INET : AF_NETLINK, SOCK_RAW, 0); }`, "[2 16]"},
		{"through a function", `__attribute__((noinline)) static int make(int f) { return socket(f, SOCK_STREAM, 0); } int main() { return make(AF_INET) + make(AF_UNIX); }`, "[1 2]"},
		{"a pair", `int main() { int p[2]; return socketpair(AF_UNIX, SOCK_STREAM, 0, p); }`, "[1]"},
		{"not a constant", `int main(int n, char **v) { return socket(atoi(v[1]), SOCK_STREAM, 0); }`, "[-1]"},
		{"the address in a table", `int (*table[])(int, int, int) = { socket }; int main(int n, char **v) { return table[n](AF_INET, 1, 0); }`, "[-1]"},
		{"the address in a register", `int (*volatile p)(int, int, int); int main() { p = socket; return p(AF_INET, 1, 0); }`, "[-1]"},
		{"by its name", `int main() { void *p = dlsym(RTLD_DEFAULT, "socket"); return ((int (*)(int, int, int))p)(AF_INET, 1, 0); }`, "{[-1] true}"},
		{"a function of the library", `int main() { syslog(1, "x"); return getaddrinfo("a", "b", 0, 0); }`, "[1 2]"},
		{"addrinfo", `int main(int n, char **v) { struct addrinfo *r; getaddrinfo(v[1], v[2], 0, &r); return socket(r->ai_family, r->ai_socktype, 0); }`, "[-1]"},
	}
	for _, test := range tests {
		for _, flags := range [][]string{{"-O0"}, {"-O2"}, {"-O2", "-fno-plt"}, {"-Os", "-no-pie"}} {
			t.Run(fmt.Sprint(test.name, flags), func(t *testing.T) {
				t.Parallel()
				f, err := elffile.Open(testenv.Compile(t, "p", head+test.src, append([]string{"-w"}, flags...)...))
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				syms, err := f.Symbols()
				if err != nil {
					t.Fatal(err)
				}
				var undefined []string
				for i := range syms {
					if syms[i].Undefined() {
						undefined = append(undefined, syms[i].Name)
					}
				}
				got, err := findSockets(f, undefined)
				want := test.want
				if want[0] == '[' {
					want = "{" + want + " false}"
				}
				if s := fmt.Sprint(got); err != nil || s != want {
					t.Errorf("%s, %v; want %s", s, err, want)
				}
			})
		}
	}
}
