package kvmboot

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"uk.example/internal/abi"
)

// MaxCmdline bounds the kernel command line, in bytes (kernel/lib/cmdline.c).
const MaxCmdline = 4 << 20

// cmdline builds a kernel command line: words separated by one space, each
// key=value or a bare key. A quoted value may hold any byte but NUL: the
// escapes are \\ \" \n and \xHH (two lower-case hex digits).
type CommandLineWords struct {
	b     strings.Builder
	Quote func(string) string // nil: quote
}

func (c *CommandLineWords) word(w string) {
	if c.b.Len() > 0 {
		c.b.WriteByte(' ')
	}
	c.b.WriteString(w)
}

func (c *CommandLineWords) quoted(key, value string) {
	if c.Quote == nil {
		c.Quote = quote
	}
	c.word(key + "=" + c.Quote(value))
}

// quote makes a double-quoted value. Bytes from 0x80 up pass as they are.
func quote(s string) string {
	const hex = "0123456789abcdef"
	b := make([]byte, 0, len(s)+2)
	b = append(b, '"')
	for i := range len(s) {
		switch ch := s[i]; {
		case ch == '\\' || ch == '"':
			b = append(b, '\\', ch)
		case ch == '\n':
			b = append(b, '\\', 'n')
		case ch < 0x20 || ch == 0x7f:
			b = append(b, '\\', 'x', hex[ch>>4], hex[ch&15])
		default:
			b = append(b, ch)
		}
	}
	return string(append(b, '"'))
}

// CommandLine is the kernel command line for cfg on a machine whose devices are
// not described there. It may be called without a kernel.
func CommandLine(cfg Config) (string, error) {
	line, _, err := BuildCommandLine(&cfg, 0, 0, MaxCmdline)
	return line, err
}

// BuildCommandLine makes the command line for cfg with the given virtio transports
// and start time (Unix, nanoseconds; 0 leaves the word out), and these words. See
// cmdline.build for room and behind.
func BuildCommandLine(cfg *Config, transports int, now int64, room int, words ...string) (line string, behind []byte, err error) {
	var c CommandLineWords
	for i := range transports {
		words = append(words, fmt.Sprintf(abi.CmdMMIO+"=%d@%#x:%d", mmioSize, mmioAddr(i), mmioIRQ(i)))
	}
	if cfg.Card != nil {
		words = append(words, cfg.Card.Words()...)
	}
	return c.Build(cfg, words, now, room)
}

// Build makes a command line of at most room bytes. If arguments and environment do
// not fit into it, or others would see them there, they are in behind, which must be the end of the boot module
// (kernel/lib/cmdline.c).
func (c *CommandLineWords) Build(cfg *Config, words []string, now int64, room int) (line string, behind []byte, err error) {
	if err := cfg.checkArguments(); err != nil {
		return "", nil, err
	}
	for _, w := range words {
		c.word(w)
	}
	if cfg.CPUs > 1 {
		c.word(abi.CmdCPUS + "=" + strconv.Itoa(cfg.CPUs))
	}
	if now != 0 {
		c.word(abi.CmdTime + "=" + strconv.FormatInt(now, 10))
	}
	if cfg.Verbose {
		c.word(abi.CmdVerbose + "=1")
	}
	if len(cfg.Closed) > 0 {
		c.word(abi.CmdClosed + "=" + strings.Trim(strings.ReplaceAll(fmt.Sprint(cfg.Closed), " ", ""), "[]"))
	}
	if t := cfg.Terminal; t != nil {
		c.word(fmt.Sprintf(abi.CmdTTY+"=%dx%d", t.Rows, t.Cols))
	}
	if cfg.ASLR != "" && cfg.ASLR != "on" {
		c.word(abi.CmdASLR + "=" + cfg.ASLR)
	}
	if cfg.Traps {
		c.word(abi.CmdTraps + "=1")
	}
	if cfg.Overlay != "" {
		c.word(abi.CmdOverlay + "=" + cfg.Overlay)
	}
	for _, kv := range []struct{ key, value string }{{abi.CmdHostname, cfg.Hostname}, {abi.CmdCWD, cfg.Cwd}, {abi.CmdUser, cfg.User}, {abi.CmdExe, cfg.Exe}} {
		if kv.value != "" {
			c.quoted(kv.key, kv.value)
		}
	}
	for _, u := range cfg.Ulimits {
		c.word(fmt.Sprintf(abi.CmdUlimit+"=%d:%d:%d", u.Resource, u.Soft, u.Hard))
	}
	for _, m := range cfg.Mounts {
		if err := m.Check(); err != nil {
			return "", nil, err
		}
		c.quoted(abi.CmdMount, m.line())
	}
	if cfg.Cmdline != "" {
		c.word(cfg.Cmdline)
	}
	short := c.b.String()
	for _, a := range cfg.Args {
		c.quoted(abi.CmdArg, a)
	}
	for _, e := range cfg.Env {
		c.quoted(abi.CmdEnv, e)
	}
	line = c.b.String()
	if (len(line) > room || cfg.HideEnv && len(cfg.Env) > 0) && room < MaxCmdline {
		behind = programWords(cfg)
		line = strings.TrimSpace(fmt.Sprintf("%s %s=%d", short, abi.CmdWords, len(behind)))
	}
	if len(line) > room {
		return "", nil, fmt.Errorf("a kernel command line of %d bytes: there is room for %d; make mounts, arguments and environment shorter", len(line), room)
	}
	return line, behind, nil
}

// Ulimit is a resource limit (setrlimit(2)); the largest value means that there is none.
type Ulimit struct {
	Resource   int // RLIMIT_*
	Soft, Hard uint64
}

// programWords are arguments and environment as they are, each with a NUL behind it.
func programWords(cfg *Config) []byte {
	var b []byte
	for _, l := range []struct {
		key  string
		list []string
	}{{abi.CmdArg + "=", cfg.Args}, {abi.CmdEnv + "=", cfg.Env}} {
		for _, s := range l.list {
			b = append(append(append(b, l.key...), s...), 0)
		}
	}
	return b
}

// What Linux gives a program whose stack may have 8 MB, in bytes: one string with its
// NUL (MAX_ARG_STRLEN), and all strings with a pointer for each (fs/exec.c, bprm_stack_limits).
const (
	maxArgument  = 128 << 10
	maxArguments = 2 << 20
)

// checkArguments refuses what no program can be given.
func (cfg *Config) checkArguments() error {
	total := 0
	if len(cfg.Args) > 0 {
		total = len(cmp.Or(cfg.Exe, cfg.Args[0])) + 1 // the file's name
	}
	for _, l := range []struct {
		what string
		list []string
	}{{"argument", cfg.Args}, {"environment variable", cfg.Env}, {"", []string{cfg.Cwd, cfg.Hostname, cfg.User, cfg.Exe}}} {
		for i, s := range l.list {
			switch {
			case strings.IndexByte(s, 0) >= 0:
				return fmt.Errorf("an argument, environment word or folder holds a NUL byte, which no program can be given")
			case l.what == "":
			case len(s) >= maxArgument:
				return fmt.Errorf("%s %d is %d bytes long, and a program is given at most %d; shorten it: %w", l.what, i, len(s), maxArgument-1, unix.E2BIG)
			default:
				total += len(s) + 1 + 8
			}
		}
	}
	if total > maxArguments {
		return fmt.Errorf("arguments and environment take %d bytes, 9 for each beside its own, and a program is given at most %d; shorten them: %w", total, maxArguments, unix.E2BIG)
	}
	return nil
}
