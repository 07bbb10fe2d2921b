package launch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/badoption"
	"uk.example/internal/elffile"
	"uk.example/internal/gdbserver"
	"uk.example/internal/guestview"
	"uk.example/internal/image"
	"uk.example/kvmboot"
)

// GDBOptions ask for a run under gdb.
type GDBOptions struct {
	// Addr is where gdb connects: HOST:PORT, or the path of a Unix socket, with a slash.
	Addr string
	// Waiting is called when somebody may connect, with the address for gdb's "target remote".
	Waiting func(addr string)
}

// DefaultGDBAddr is where gdb connects unless something else is said. Who connects can do with the program what it
// likes: only this machine's processes can.
const DefaultGDBAddr = "127.0.0.1:1234"

// Check returns what is wrong with the options.
func (o *GDBOptions) Check() error {
	if strings.Contains(o.Addr, "/") {
		return nil
	}
	_, port, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return fmt.Errorf("%q: write HOST:PORT, or a path with a slash", o.Addr)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%q: a port is a number up to 65535", o.Addr)
	}
	return nil
}

// reachable tells whether somebody can wait for gdb there. QEMU would find out too late, and in words of its own.
func (o *GDBOptions) reachable() error {
	l, err := gdbserver.Listen(o.Addr)
	if err != nil {
		return cannotListen(o.Addr, err)
	}
	return l.Close()
}

// cannotListen says what to do about an address at which gdb cannot be waited for.
func cannotListen(addr string, err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	var call *os.SyscallError
	if errors.As(err, &call) {
		err = call.Err
	}
	fix := "name an address of this machine, as " + DefaultGDBAddr
	switch {
	case errors.Is(err, unix.EADDRINUSE):
		fix = "end who listens there, or name another address"
	case errors.Is(err, unix.EACCES) && strings.Contains(addr, "/"):
		fix = "name a path in a folder that you may write in"
	case errors.Is(err, unix.EACCES):
		fix = "name a port from 1024 up"
	case strings.Contains(addr, "/"):
		fix = "name a path in a folder that there is"
	}
	return &badoption.About{Option: "GDB", Err: fmt.Errorf("%s: %w: %s", addr, err, fix)}
}

// ofQEMU is the value of QEMU's option; "" without gdb.
func (o *GDBOptions) ofQEMU() string {
	switch {
	case o == nil:
		return ""
	case strings.Contains(o.Addr, "/"):
		return "unix:" + o.Addr + ",server=on"
	}
	return "tcp:" + o.Addr
}

// endedBefore is the status of a run that ctx ended before it began.
func endedBefore(ctx context.Context) kvmboot.Status {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return kvmboot.Status{Kind: kvmboot.KindTimeout}
	case ctx.Err() != nil:
		return kvmboot.Status{Kind: kvmboot.KindCanceled}
	}
	return kvmboot.Status{}
}

// waitForGDB waits for a connection. It comes before the guest runs, so that a confined process needs no other.
func waitForGDB(ctx context.Context, o *GDBOptions) (net.Conn, error) {
	l, err := gdbserver.Listen(o.Addr)
	if err != nil {
		return nil, cannotListen(o.Addr, err)
	}
	defer l.Close()
	defer context.AfterFunc(ctx, func() { l.Close() })()
	if o.Waiting != nil {
		o.Waiting(l.Addr().String())
	}
	c, err := gdbserver.Accept(l)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return c, err
}

// viewSource is what looking into a guest of the image needs of its files.
func viewSource(im *image.Bundle, held *heldFiles, cfg *kvmboot.Config) guestview.Source {
	s := guestview.Source{Kernel: held.symbolSource().Kernel, Open: held.openSized, Args: cfg.Args, Program: cfg.Exe}
	s.Exported = held.exported
	if s.Program == "" && len(cfg.Args) > 0 {
		s.Program = cfg.Args[0]
	}
	return s
}

// exported are the dynamic symbols of the kernel.
func (h *heldFiles) exported() (names []string) {
	if h.kernel == nil {
		return nil
	}
	st, err := h.kernel.Stat()
	if err != nil {
		return nil
	}
	f, err := elffile.NewFile(h.kernel, st.Size(), "kernel")
	if err != nil {
		return nil
	}
	symbols, _ := f.Symbols()
	for _, s := range symbols {
		names = append(names, s.Name)
	}
	return names
}

// openSized opens a file of the root file system, and tells its size.
func (h *heldFiles) openSized(path string) (io.ReaderAt, int64, error) {
	r, err := h.openRoot(path)
	if err != nil {
		return nil, 0, err
	}
	size := int64(1<<63 - 1)
	if s, ok := r.(interface{ Size() int64 }); ok {
		size = s.Size()
	}
	return r, size, nil
}

// underGDB prepares cfg for a run under gdb.
func underGDB(ctx context.Context, im *image.Bundle, opt *Options, held *heldFiles, cfg *kvmboot.Config, qemu bool) (closeConn func(), err error) {
	if opt.GDB == nil {
		return func() {}, nil
	}
	cfg.Traps = true // it shows the program's own code
	if qemu {        // it has a server of its own, which knows the machine and not the program
		if err := opt.GDB.reachable(); err != nil {
			return nil, err
		}
		cfg.GDB = opt.GDB.ofQEMU()
		if opt.GDB.Waiting != nil {
			opt.GDB.Waiting(opt.GDB.Addr)
		}
		return func() {}, nil
	}
	if im.DebugABI != guestview.ABIVersion {
		return nil, fmt.Errorf("%s: its kernel is of another version than this command: build it again", im.Name())
	}
	c, err := waitForGDB(ctx, opt.GDB)
	if err != nil {
		return nil, err
	}
	source := viewSource(im, held, cfg)
	notice := opt.Notice
	if notice == nil {
		notice = func(string) {}
	}
	cfg.InspectStopped = true
	cfg.Inspect = append(cfg.Inspect, func(g *kvmboot.Guest) {
		defer c.Close()
		if err := debugGuest(g, source, c, notice); err != nil {
			notice(fmt.Sprintf("gdb: %v", err))
		}
	})
	return func() { c.Close() }, nil
}

// lastWords is how long gdb may take to hear that the guest has ended.
const lastWords = 500 * time.Millisecond

// longAgo ends a wait for more.
var longAgo = time.Unix(1, 0)

// debugGuest serves one gdb. When it has gone the guest runs on.
func debugGuest(g *kvmboot.Guest, source guestview.Source, c net.Conn, notice func(string)) error {
	v, err := guestview.New(g, source)
	if err != nil {
		g.Continue()
		return err
	}
	d, err := guestview.NewDebugger(v)
	if err == nil {
		err = d.Start()
	}
	if err != nil {
		g.Continue()
		return err
	}
	if !d.Hardware {
		notice("gdb: this KVM has no watchpoints for programs: `set remote hardware-watchpoint-limit 0` has gdb step from one change to the next")
	}
	served := make(chan struct{})
	go func() { // a machine that ends, though it stands still: gdb may never say anything again
		<-g.Done()
		select {
		case <-served:
		case <-time.After(lastWords):
			_ = c.SetReadDeadline(longAgo)
		}
	}()
	t := guestview.NewTarget(d)
	detached, err := gdbserver.Serve(c, t)
	close(served)
	if detached {
		return nil
	}
	select {
	case <-g.Done():
		return nil
	default:
	}
	if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
		err = nil
	}
	g.Stop()
	return errors.Join(err, d.Detach())
}
