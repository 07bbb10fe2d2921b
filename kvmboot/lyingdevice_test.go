package kvmboot

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"uk.example/internal/testenv"
	"uk.example/kvmboot/boot"
)

const lyingProgram = `
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <arpa/inet.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>
static char buf[65536];
static void look(const char *dir, int depth)
{
	DIR *d = opendir(dir);
	if (!d) return;
	for (struct dirent *e; (e = readdir(d));) {
		char p[4096]; struct stat st;
		if (e->d_name[0] == '.') continue;
		snprintf(p, sizeof p, "%s/%s", dir, e->d_name);
		if (lstat(p, &st)) continue;
		if (S_ISDIR(st.st_mode) && depth < 4) look(p, depth + 1);
		if (S_ISLNK(st.st_mode)) readlink(p, buf, sizeof buf);
		if (S_ISREG(st.st_mode)) { int fd = open(p, O_RDONLY); read(fd, buf, sizeof buf); pread(fd, buf, 100, st.st_size / 2); close(fd); }
	}
	closedir(d);
}
static void inet(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(0x0a000202) }, any = { .sin_family = AF_INET, .sin_port = htons(80) };
	int one = 1, s = socket(AF_INET, SOCK_STREAM, 0), u = socket(AF_INET, SOCK_DGRAM, 0), l = socket(AF_INET, SOCK_STREAM, 0);
	struct timeval tv = { 0, 50000 };
	socklen_t n = sizeof a;
	for (int k = 0; k < 3; k++) {
		int fd = k == 0 ? s : k == 1 ? u : l;
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv); setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv); setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	}
	if (!bind(l, (void *)&any, sizeof any)) { listen(l, 5); accept(l, 0, 0); }
	if (!connect(s, (void *)&a, sizeof a))
		for (int k = 0; k < 20; k++) { send(s, buf, 3000, MSG_NOSIGNAL); recv(s, buf, 5000, 0); struct pollfd p = { s, POLLIN, 0 }; poll(&p, 1, 1); }
	getsockname(s, (void *)&any, &n);
	for (int k = 0; k < 3; k++) { sendto(u, buf, 100, 0, (void *)&a, sizeof a); recv(u, buf, sizeof buf, MSG_DONTWAIT); }
	close(s); close(u); close(l);
}
int main(int argc, char **argv)
{
	puts("start"); fflush(stdout);
	for (int i = 0; i < 2; i++) {
		look("/data", 0); look("/usr", 0);
		char name[40]; snprintf(name, sizeof name, "/data/new%d", i);
		int fd = open(name, O_RDWR | O_CREAT, 0644); write(fd, buf, 5000); pread(fd, buf, 100, 10); ftruncate(fd, 10); fchmod(fd, 0600); close(fd);
		rename(name, "/data/moved"); symlink("x", "/data/sym"); unlink("/data/sym"); mkdir("/data/dir", 0755); rmdir("/data/dir"); unlink("/data/moved");
		fd = open("/dev/vdb", O_RDWR); pread(fd, buf, 4096, 0); pwrite(fd, buf, 4096, 4096); fsync(fd); close(fd);
		getrandom(buf, 100, 0);
		int s = socket(AF_VSOCK, SOCK_STREAM, 0);
		struct sockaddr_vm a = { .svm_family = AF_VSOCK, .svm_cid = 2, .svm_port = 1024 };
		struct timeval tv = { 0, 50000 };
		setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv); setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
		setsockopt(s, AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT, &tv, sizeof tv);
		if (!connect(s, (void *)&a, sizeof a)) { send(s, buf, 20000, 0); for (int k = 0; k < 3; k++) recv(s, buf, sizeof buf, 0); }
		close(s);
		inet(atoi(argv[1]));
		void *m = malloc(8 << 20); memset(m, 1, 8 << 20); free(m);
		printf("round %d\n", i); fflush(stdout);
	}
	return 0;
}
`

// lyingMachine is an image of the program, for a machine with all devices.
func lyingMachine(t *testing.T) *fuzzedMachine {
	uk := testenv.MustHaveFile(t, "../build/uk")
	prog := testenv.Compile(t, "lying", lyingProgram)
	image := filepath.Join(t.TempDir(), "image")
	cmd := exec.Command(uk, "build", "-q", "--drivers", "+block_dev,+virtio_blk_rw,+virtio_balloon,+virtio_vsock,+virtio_9p,+mounting", "-o", image, prog)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var info struct{ Command []string }
	text, err := os.ReadFile(filepath.Join(image, "uk.json"))
	if err == nil {
		err = json.Unmarshal(text, &info)
	}
	if err != nil {
		t.Fatal(err)
	}
	m := newFuzzedMachine(t, filepath.Join(image, "kernel.elf"))
	m.cfg.Root, m.cfg.Args, m.cfg.Memory = filepath.Join(image, "root.rofs"), append(info.Command, m.echo), 64<<20
	m.cfg.Mounts = []Mount{{Source: "t0", Target: "/data", Type: "9p"}}
	return m
}

// runLying runs the machine with devices that lie.
func (f *fuzzedMachine) runLying(t *testing.T, seed uint64, every int) {
	cfg := f.cfg
	var out strings.Builder
	cfg.Stdout, cfg.Stderr, cfg.Cmdline = io.Discard, &out, ""
	cfg.CPUs = 1 + int(seed%2)
	if err := cfg.Normalize(); err != nil {
		t.Fatal(err)
	}
	k, err := boot.Open(cfg.Kernel, boot.ParseKernel)
	if err != nil {
		t.Fatal(err)
	}
	defer k.File.Close()
	m, err := newMachine(&cfg)
	if err != nil {
		t.Fatal(err)
	}
	var lying sync.WaitGroup
	defer m.close()
	defer lying.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), lyingTime)
	defer cancel()
	only := int(seed/2) % (len(m.devices) + 1)
	names := []string{}
	for i, tr := range m.devices {
		if i == only || only == len(m.devices) {
			names = append(names, tr.Kind())
			if work := tr.Lie(ctx, rand.New(rand.NewPCG(seed, uint64(i))), every); work != nil {
				lying.Go(work)
			}
		}
	}
	if err := m.board().load(m, k); err != nil {
		t.Fatal(err)
	}
	s, err := m.run(ctx)
	said := strings.TrimSpace(out.String())
	t.Logf("seed %d, %v: %v, %v; %s", seed, names, s, err, said)
	var me *MachineError
	if errors.As(err, &me) {
		t.Errorf("seed %d: %v\n%s", seed, err, me.Regs)
	}
	if n := strings.Count(said, "panic:"); n > 1 || n == 1 && !givesUp.MatchString(said) || s.Kind == KindPanic && n != 1 {
		t.Errorf("seed %d: the kernel's end is not one that it means:\n%s", seed, said)
	}
}

// lyingTime is enough for all that the program does; a device that says nothing is waited for.
const lyingTime = 10 * time.Second

// givesUp are the ends of a kernel that cannot believe a device, or has no root file system then.
var givesUp = regexp.MustCompile(`(?m)^panic: (virtio device \d+ broke its queue \d+ at descriptor \d+|(root|rofs|no root|/|cannot|unable|init).*)$`)

// The kernel takes what devices say for data: it ends in one line that names the device, or goes on.
func TestLyingDevices(t *testing.T) {
	mustHaveKVM(t)
	m := lyingMachine(t)
	first, rounds := uint64(0), 8
	if n, err := strconv.Atoi(os.Getenv("UK_HOSTILE_ROUNDS")); err == nil {
		first, rounds = uint64(time.Now().Unix()), n
	}
	for i := range uint64(rounds) {
		m.runLying(t, first+3*i, 30)
	}
}
