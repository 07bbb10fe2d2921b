package tests

import (
	"os"
	"path/filepath"
	"testing"
)

// libcExactRows compare a family of the C library's functions with glibc's, many checks in one program.
func libcExactRows() []program {
	return []program{
		{name: "libc-regex", build: c("libc/regex.c"), tcg: true},
		{name: "libc-gnuregex", build: c("libc/gnuregex.c"), tcg: true},
		{name: "libc-gnuregex-pie", build: c("libc/gnuregex.c", "-fPIC", "-O2")},
		{name: "libc-vectors", build: c("libc/vectors.c"), tcg: true},
		{name: "libc-limits", build: c("libc/limits.c")},
		{name: "libc-fnmatch", build: c("libc/fnmatch.c")},
		{name: "libc-glob", build: c("libc/glob.c")},
		{name: "libc-dates", build: c("libc/dates.c")},
		{name: "libc-printf", build: c("libc/printf.c")},
		{name: "libc-printfown", build: c("libc/printfown.c", "-fno-builtin", "-w"), tcg: true},
		{name: "libc-checks", build: c("libc/checks.c")},
		{name: "libc-mounts", build: c("libc/mounts.c")},
		{name: "libc-zones", build: c("libc/zones.c")},
		{name: "libc-scan", build: c("libc/scan.c")},
		{name: "libc-stdio", build: c("libc/stdio.c", "-fno-builtin")},
		{name: "libc-wstdio", build: c("libc/wstdio.c", "-fno-builtin", "-fno-inline")},
		{name: "libc-text", build: c("libc/text.c", "-fno-builtin", "-fno-inline")},
		{name: "libc-fortify", build: c("libc/fortify.c", "-fno-builtin")},
		{name: "libc-threads", build: c("libc/threads.c", "-fno-builtin")},
		{name: "libc-calls", build: c("libc/calls.c", "-fno-builtin")},
		{name: "libc-users", build: c("libc/users.c")},
		{name: "libc-net", build: c("libc/net.c", "-fno-builtin", "-lresolv")},
		{name: "libc-netfiles", build: c("libc/netfiles.c", "-O1", "-w")},
		// The host's answers with these files in place of its own.
		{name: "libc-netfiles-odd", build: withNetFiles(c("libc/netfiles.c", "-O1", "-w")), golden: "programs/libc/netfiles.golden"},
		{name: "libc-netnums", build: c("libc/netnums.c", "-w", "-lresolv")},
		{name: "libc-remote", build: c("libc/remote.c", "-w", "-fno-builtin", "-lresolv", "-lm"), cpus: 2},
		{name: "libc-walks", build: c("libc/walks.c", "-w")},
		{name: "libc-money", build: c("libc/money.c", "-w")},
		{name: "libc-spawnattrs", build: c("libc/spawnattrs.c", "-w")},
		{name: "libc-rare", build: c("libc/rare.c", "-w")},
		{name: "libc-kept-tls", build: c("libc/kept_tls.c", "-pthread")},
		{name: "libc-tables", build: c("libc/tables.c", "-fno-builtin")},
		{name: "libc-leftover", build: c("libc/leftover.c", "-fno-builtin", "-fno-inline", "-lresolv"), status: 3},
		{name: "libc-edges", build: c("libc/edges.c", "-fno-builtin")},
		{name: "libc-iconv", build: c("libc/iconv.c")},
		{name: "libc-iconvmany", build: c("libc/iconvmany.c", "-O1"), tcg: true},
		{name: "libc-cancelpoints", build: c("libc/cancelpoints.c", "-O1", "-w"), cpus: 2, status: 3, tcg: true},
		{name: "libc-heapcounts", build: c("libc/heapcounts.c", "-O1", "-fno-builtin", "-w", "-Wl,-rpath,/opt/none:/tmp/:"), env: []string{"LD_LIBRARY_PATH=/usr/lib::/x/y/:/usr/lib"}, cpus: 2},
		{name: "libc-trees", build: c("libc/trees.c", "-O1"), tcg: true},
		{name: "libc-addrinfo", build: c("libc/addrinfo.c", "-O1", "-w")},
		{name: "libc-odds", build: c("libc/odds.c")},
		// glibc's version of Unicode is not the same on all hosts: 2.36 made the file.
		{name: "libc-wide", build: c("libc/wide.c"), golden: "programs/libc/wide.golden"},
		{name: "libc-smallest", build: c("libc/smallest.c", "-fno-builtin", "-lm")},
		{name: "libc-scanwide", build: c("libc/scanwide.c", "-fno-builtin", "-w")},
		{name: "libc-clockwaits", build: c("libc/clockwaits.c"), tcg: true},
		{name: "libc-logins", build: c("libc/logins.c")},
		{name: "libc-zonetexts", build: c("libc/zonetexts.c", "-fno-builtin", "-w")},
		{name: "libc-streamends", build: c("libc/streamends.c", "-fno-builtin", "-w")},
		{name: "libc-utf8", build: c("libc/utf8.c", "-fno-builtin")},
		{name: "libc-rtsignals", build: c("libc/rtsignals.c")},
		{name: "libc-threadattrs", build: c("libc/threadattrs.c", "-w"), cpus: 2, golden: "programs/libc/threadattrs.golden", tcg: true},
	}
}

// withNetFiles puts a program into an image whose databases of /etc have lines of all kinds.
func withNetFiles(build builder) builder {
	return func(t *testing.T, dir string) string {
		text := "[manifest]\n/prog: " + filepath.Base(build(t, dir)) + "\n"
		for _, f := range []string{"services", "protocols", "networks", "rpc"} {
			file, err := filepath.Abs("programs/libc/netfiles/" + f)
			if err != nil {
				t.Fatal(err)
			}
			text += "/etc/" + f + ": " + file + "\n"
		}
		name := filepath.Join(dir, "usr.manifest")
		if err := os.WriteFile(name, []byte(text+"[app]\ncommand = /prog\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
}
