package conformance

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// goPackages are those of Go's standard library that need no socket of the
// Internet family and no child process.
var goPackages = strings.Fields(`
	archive/tar archive/zip bufio bytes cmp compress/bzip2 compress/flate compress/gzip
	compress/lzw compress/zlib container/heap container/list container/ring context
	crypto/aes crypto/cipher crypto/ecdsa crypto/ed25519 crypto/hmac crypto/md5 crypto/rand crypto/rsa
	crypto/sha1 crypto/sha256 crypto/sha512 debug/dwarf debug/elf encoding/ascii85 encoding/base64
	encoding/binary encoding/csv encoding/gob encoding/hex encoding/json encoding/pem encoding/xml errors
	fmt go/parser go/scanner hash/crc32 hash/fnv hash/maphash html html/template image image/gif image/jpeg
	image/png index/suffixarray io io/fs io/ioutil iter log log/slog maps math math/big math/bits math/cmplx
	math/rand math/rand/v2 mime mime/multipart mime/quotedprintable net/netip net/textproto net/url os os/signal os/user path
	path/filepath reflect regexp regexp/syntax runtime/debug slices sort strconv strings sync sync/atomic
	syscall testing/fstest testing/iotest text/scanner text/tabwriter text/template text/template/parse
	time unicode unicode/utf16 unicode/utf8 unique`)

var (
	goLine  = regexp.MustCompile(`^--- (PASS|FAIL|SKIP): (\S+)`)
	goWords = map[string]Outcome{"PASS": Pass, "FAIL": Fail, "SKIP": Skip}
)

// GoStandardLibrary gives two units for each package: linked statically, and as
// a position-independent executable.
func GoStandardLibrary() ([]Unit, error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w; install Go", err)
	}
	root := strings.TrimSpace(string(out))
	var units []Unit
	for _, mode := range []string{"static", "pie"} {
		for _, pkg := range goPackages {
			units = append(units, Unit{
				Suite: "go-" + mode, Name: pkg,
				Prepare: func(dir string) (Command, error) { return goTest(root, pkg, mode, dir) },
				Parse:   lines(goLine, goWords),
				Only: func(names []string) []string {
					return []string{"-test.v", "-test.short", "-test.run", "^(" + strings.Join(names, "|") + ")$"}
				},
			})
		}
	}
	return units, nil
}

// goTest compiles the tests of a package; they run in its folder, as under go test.
func goTest(root, pkg, mode, dir string) (Command, error) {
	bin := filepath.Join(dir, "test")
	args := []string{"test", "-c", "-o", bin, "-vet=off"}
	if mode == "pie" {
		args = append(args, "-buildmode=pie")
	}
	cmd := exec.Command("go", append(args, pkg)...)
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return Command{}, fmt.Errorf("go test -c %s: %w: %s", pkg, err, out)
	}
	return Command{
		Path: bin, Args: []string{"-test.v", "-test.short"},
		Dir: filepath.Join(root, "src", pkg), Env: []string{"GOROOT=" + root, "TZ=UTC", "HOME=/tmp", "PATH=/usr/bin"}, Shares: []string{root, "/usr/bin"},
	}, nil
}
