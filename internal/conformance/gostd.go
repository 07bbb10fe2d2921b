package conformance

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// goPackages are those of Go's standard library of which most needs no child process.
var goPackages = strings.Fields(`
	archive/tar archive/zip bufio bytes cmp compress/bzip2 compress/flate compress/gzip compress/lzw compress/zlib
	container/heap container/list container/ring context crypto crypto/aes crypto/cipher crypto/des crypto/dsa
	crypto/ecdh crypto/ecdsa crypto/ed25519 crypto/elliptic crypto/hkdf crypto/hmac crypto/md5 crypto/mlkem
	crypto/pbkdf2 crypto/rand crypto/rc4 crypto/rsa crypto/sha1 crypto/sha256 crypto/sha3 crypto/sha512
	crypto/subtle crypto/tls crypto/x509 database/sql database/sql/driver debug/buildinfo debug/dwarf debug/elf debug/gosym
	debug/macho debug/pe embed encoding/ascii85 encoding/asn1 encoding/base32 encoding/base64 encoding/binary
	encoding/csv encoding/gob encoding/hex encoding/json encoding/pem encoding/xml errors expvar flag fmt go/ast
	go/build/constraint go/constant go/doc go/doc/comment go/format go/parser go/printer go/scanner go/token
	go/types go/version hash hash/adler32 hash/crc32 hash/crc64 hash/fnv hash/maphash html html/template image
	image/color image/draw image/gif image/jpeg image/png index/suffixarray internal/poll internal/runtime/atomic
	internal/runtime/maps internal/sync io io/fs io/ioutil iter log log/slog
	maps math math/big math/bits math/cmplx math/rand math/rand/v2 mime mime/multipart mime/quotedprintable
	net net/http net/http/cookiejar net/http/fcgi net/http/httptest net/http/httptrace net/http/httputil net/http/internal
	net/http/pprof net/mail net/netip net/rpc net/rpc/jsonrpc net/smtp net/textproto net/url os os/signal os/user path path/filepath reflect regexp regexp/syntax
	runtime runtime/debug runtime/metrics runtime/pprof runtime/trace slices sort strconv strings sync sync/atomic syscall testing testing/fstest
	testing/iotest testing/quick testing/slogtest testing/synctest text/scanner text/tabwriter text/template
	text/template/parse time unicode unicode/utf16 unicode/utf8 unique weak`)

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
