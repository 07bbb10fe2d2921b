package manifest

import (
	"strings"
	"testing"
)

func TestParseUlimit(t *testing.T) {
	for _, row := range []struct {
		in   string
		want Ulimit
		err  string
	}{
		{in: "nofile=1024", want: Ulimit{7, 1024, 1024}},
		{in: "nofile=1024:4096", want: Ulimit{7, 1024, 4096}},
		{in: "stack=-1", want: Ulimit{3, Unlimited, Unlimited}},
		{in: "core=0:unlimited", want: Ulimit{4, 0, Unlimited}},
		{in: "rttime=5", want: Ulimit{15, 5, 5}},
		{in: "nofile", err: "sets no limit"},
		{in: "files=3", err: "is no limit: there are cpu, "},
		{in: "nofile=", err: "is no limit's value"},
		{in: "nofile=1:", err: "is no limit's value"},
		{in: "nofile=+1", err: "is no limit's value"},
		{in: "nofile=-2", err: "is no limit's value"},
		{in: "nofile=9223372036854775808", err: "is no limit's value"},
		{in: "nofile=5:4", err: "is above the hard one"},
		{in: "core=-1:4", err: "is above the hard one"},
		{in: "nofile=5:2000000", err: "more than 1048576"},
	} {
		got, err := ParseUlimit(row.in)
		if row.err == "" && (err != nil || got != row.want) {
			t.Errorf("%s: %v, %v", row.in, got, err)
		}
		if row.err != "" && (err == nil || !strings.Contains(err.Error(), row.err)) {
			t.Errorf("%s: %v, want %q", row.in, err, row.err)
		}
	}
}
