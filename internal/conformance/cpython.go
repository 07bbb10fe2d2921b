package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

const (
	python    = "/usr/bin/python3.11"
	pythonLib = "/usr/lib/python3.11"
)

// cpythonModules are those of which most needs no child process.
var cpythonModules = strings.Fields(`
	abstract_numbers array ast asynchat asyncio asyncore augassign base64 bdb bigaddrspace bigmem binascii binop bisect bool buffer bufio bytes
	bz2 calendar call capi_misc charmapcodec class cmath codeccallbacks codecencodings_iso2022 codecencodings_jp codecs codeop collections colorsys compare
	complex configparser contains context contextlib copy copyreg coroutines csv ctypes datetime dbm dbm_dumb
	decimal decorators defaultdict deque descr dict dictcomps dictviews difflib dis doctest2 dynamic enum enumerate
	eof epoll errno except_star exception_group exception_hierarchy exceptions fcntl file fileio filecmp fileinput
	float flufl fnmatch format fractions frame fstring ftplib functools future gc generators genericalias genericpath
	genexps getopt glob global graphlib grammar gzip hash hashlib heapq hmac html htmlparser http_cookiejar httplib httpservers imaplib index int
	int_literal io ipaddress isinstance iter iterlen itertools keyword keywordonlyarg largefile linecache
	list listcomps locale long longexp lzma marshal math memoryio memoryview metaclass mimetypes minidom
	mmap module multibytecodec named_expressions netrc ntpath numeric_tower opcodes openpty operator ordered_dict os pathlib patma
	peepholer pickle pickletools pkgutil plistlib poll poplib posixpath pow pprint print property
	pstats pty pulldom pwd queue quopri random range raise re readline reprlib resource richcmp rlcompleter 
	sax sched scope secrets select selectors set setcomps shelve shlex shutil signal slice smtpd smtplib socket socketserver sort ssl
	stat statistics strftime string string_literals stringprep strptime strtod struct structseq super
	syntax sys_setprofile tabnanny tarfile telnetlib tempfile textwrap thread threading threading_local threadsignals time timeit tokenize
	traceback tuple type_comments typechecks types typing ucn unary unicode unicodedata univnewlines unpack unparse
	urllib urllib2 urllib2_localnet urllib_response urlparse userdict userlist userstring uuid wave weakref weakset with wsgiref xdrlib
	xml_etree xmlrpc yield_from zipfile zipimport zlib`)

// What unittest -v prints: "test_x (test.test_y.Class.test_x) ... ok", or the outcome on
// a later line, behind the first of the test's documentation.
var (
	pythonName    = regexp.MustCompile(`^(\w+ \([\w.]+\))`)
	pythonOutcome = regexp.MustCompile(`\.\.\. .*?(ok|FAIL|ERROR|skipped|expected failure)\b`)
	pythonAlone   = regexp.MustCompile(`^(ok|FAIL|ERROR|skipped.*|expected failure)$`)
	pythonWords   = map[string]Outcome{"ok": Pass, "FAIL": Fail, "ERROR": Fail, "skipped": Skip, "expected failure": Pass}
)

func pythonResults(out string, _ int) Results {
	r := Results{}
	name := ""
	for _, line := range strings.Split(out, "\n") {
		line = strings.TrimRight(line, "\r")
		if m := pythonName.FindString(line); m != "" {
			name = m
		}
		m := pythonOutcome.FindStringSubmatch(line)
		if m == nil && pythonAlone.MatchString(line) { // the test printed something in between
			m = []string{"", strings.Fields(line)[0]}
		}
		if m != nil && name != "" {
			r[name] = pythonWords[m[1]]
			name = ""
		}
	}
	return r
}

// pythonOnly selects tests by what stands behind their names, in parentheses.
func pythonOnly(names []string) []string {
	args := []string{"-m", "unittest", "-v"}
	for _, n := range names {
		if m := pythonName.FindString(n); m != "" {
			_, inside, _ := strings.Cut(strings.TrimSuffix(m, ")"), "(")
			args = append(args, inside)
		}
	}
	return args
}

// installed tells whether a module or package of tests is there.
func installed(name string) bool {
	_, module := os.Stat(filepath.Join(pythonLib, "test", name+".py"))
	_, pkg := os.Stat(filepath.Join(pythonLib, "test", name, "__init__.py"))
	return module == nil || pkg == nil
}

// CPython gives a unit for each module of CPython's own suite that is installed.
func CPython() ([]Unit, error) {
	if _, err := os.Stat(filepath.Join(pythonLib, "test/test_array.py")); err != nil {
		return nil, fmt.Errorf("CPython's tests are not installed (Debian's libpython3.11-testsuite): %w", err)
	}
	var units []Unit
	for _, m := range cpythonModules {
		if !installed("test_" + m) {
			continue
		}
		units = append(units, Unit{
			Suite: "cpython", Name: m,
			Prepare: func(dir string) (Command, error) {
				return Command{
					Path: python, Args: []string{"-m", "unittest", "-v", "test.test_" + m},
					Dir: "/tmp", Env: []string{"TZ=UTC", "PYTHONDONTWRITEBYTECODE=1", "LANG=C.UTF-8", "HOME=/tmp"},
					Shares: []string{"/etc", "/usr/lib", "/usr/share/zoneinfo"},
				}, nil
			},
			Parse: pythonResults, Only: pythonOnly,
		})
	}
	return units, nil
}
