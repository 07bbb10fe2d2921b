package kvmboot

import (
	"fmt"
	"strconv"
	"strings"
)

// maxCmdline bounds the kernel command line, in bytes.
const maxCmdline = 1 << 20

// cmdline builds a kernel command line: words separated by one space, each
// key=value or a bare key. A quoted value may hold any byte but NUL: the
// escapes are \\ \" \n and \xHH (two lower-case hex digits).
type cmdline struct {
	b     strings.Builder
	quote func(string) string // nil: quote
}

func (c *cmdline) word(w string) {
	if c.b.Len() > 0 {
		c.b.WriteByte(' ')
	}
	c.b.WriteString(w)
}

func (c *cmdline) quoted(key, value string) {
	if c.quote == nil {
		c.quote = quote
	}
	c.word(key + "=" + c.quote(value))
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
func CommandLine(cfg Config) (string, error) { return buildCmdline(&cfg, 0, 0) }

// buildCmdline makes the command line for cfg with the given virtio transports
// and start time (Unix, nanoseconds; 0 leaves the word out), and these words.
func buildCmdline(cfg *Config, transports int, now int64, words ...string) (string, error) {
	var c cmdline
	for i := range transports {
		words = append(words, fmt.Sprintf("virtio_mmio.device=%d@%#x:%d", mmioSize, mmioAddr(i), mmioIRQ(i)))
	}
	return c.build(cfg, words, now)
}

func (c *cmdline) build(cfg *Config, words []string, now int64) (string, error) {
	for _, w := range words {
		c.word(w)
	}
	if cfg.CPUs > 1 {
		c.word("uk.cpus=" + strconv.Itoa(cfg.CPUs))
	}
	if now != 0 {
		c.word("uk.time=" + strconv.FormatInt(now, 10))
	}
	if cfg.Verbose {
		c.word("uk.verbose=1")
	}
	if t := cfg.Terminal; t != nil {
		c.word(fmt.Sprintf("uk.tty=%dx%d", t.Rows, t.Cols))
	}
	for _, kv := range []struct{ key, value string }{{"uk.hostname", cfg.Hostname}, {"uk.cwd", cfg.Cwd}} {
		if kv.value != "" {
			c.quoted(kv.key, kv.value)
		}
	}
	for _, m := range cfg.Mounts {
		if err := m.Check(); err != nil {
			return "", err
		}
		c.quoted("uk.mount", m.line())
	}
	for _, a := range cfg.Args {
		c.quoted("uk.arg", a)
	}
	for _, e := range cfg.Env {
		c.quoted("uk.env", e)
	}
	if cfg.Cmdline != "" {
		c.word(cfg.Cmdline)
	}
	s := c.b.String()
	if i := strings.IndexByte(s, 0); i >= 0 || hasNUL(cfg) {
		return "", fmt.Errorf("an argument, environment word or folder holds a NUL byte, which no program can be given")
	}
	if len(s) > maxCmdline {
		return "", fmt.Errorf("arguments and environment are %d bytes long, more than %d", len(s), maxCmdline)
	}
	return s, nil
}

func hasNUL(cfg *Config) bool {
	for _, l := range [][]string{cfg.Args, cfg.Env, {cfg.Cwd, cfg.Hostname}} {
		for _, s := range l {
			if strings.IndexByte(s, 0) >= 0 {
				return true
			}
		}
	}
	return false
}
