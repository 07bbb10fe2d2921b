package attributes

import (
	"testing"
	"time"

	"uk.example/manifest"
	"uk.example/rofs"
)

func TestOwners(t *testing.T) {
	rules := []manifest.FileRule{{Path: "/srv/**", UID: ptr(33), GID: ptr(44)}, {Path: "/srv/key", Mode: ptr(0o600)}}
	for _, c := range []struct {
		path  string
		p     Policy
		owner Owner
		want  Owner
	}{
		{"/f", Policy{}, Owner{0, 0}, Owner{0, 0}},
		{"/f", Policy{}, Owner{0, 42}, Owner{0, 42}},
		{"/f", Policy{}, Owner{101, 102}, Owner{101, 102}},
		{"/f", Policy{}, Owner{1000, 1000}, Owner{0, 0}},
		{"/f", Policy{}, Owner{1000, 42}, Owner{0, 0}},
		{"/f", Policy{}, Owner{0, 1000}, Owner{0, 0}},
		{"/f", Policy{}, Owner{65534, 65534}, Owner{0, 0}},
		{"/f", Policy{Builder: 101}, Owner{101, 102}, Owner{0, 0}},
		{"/f", Policy{Builder: 1000}, Owner{101, 102}, Owner{101, 102}},
		{"/f", Policy{Keep: true, Builder: 1000}, Owner{1000, 42}, Owner{1000, 42}},
		{"/f", Policy{Owner: &Owner{7, 8}}, Owner{1000, 42}, Owner{7, 8}},
		{"/srv/x", Policy{Owner: &Owner{7, 8}, Rules: rules}, Owner{1000, 42}, Owner{33, 44}},
		{"/srv", Policy{Rules: rules}, Owner{1000, 42}, Owner{0, 0}},
	} {
		a := rofs.Attr{UID: c.owner.UID, GID: c.owner.GID, Mode: 0o640}
		if c.p.Adjust(c.path, &a); (Owner{a.UID, a.GID}) != c.want || a.Mode != 0o640 {
			t.Errorf("%+v, %s of %v: %+v, want %v", c.p, c.path, c.owner, a, c.want)
		}
	}
	a := rofs.Attr{Mode: 0o644}
	if (&Policy{Rules: rules}).Adjust("/srv/key", &a); a.Mode != 0o600 || a.UID != 33 {
		t.Errorf("%+v", a)
	}
	a = rofs.Attr{Mode: 0o700}
	if (&Policy{}).Adjust("/", &a); a.Mode != 0o755 {
		t.Errorf("the root has mode %o", a.Mode)
	}
}

func ptr(n uint32) *uint32 { return &n }

func TestEpoch(t *testing.T) {
	for _, bad := range []string{"x", "-1", "99999999999999999999", "1.5"} {
		t.Setenv(EpochVariable, bad)
		if _, err := New("", nil); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	t.Setenv(EpochVariable, "1000000000")
	p, err := New("keep", nil)
	if err != nil || !p.Keep {
		t.Fatal(p, err)
	}
	for at, want := range map[int64]int64{0: 0, 999_999_999: 999_999_999, 1_000_000_001: 1_000_000_000} {
		a := rofs.Attr{MTime: time.Unix(at, 5)}
		if p.Adjust("/f", &a); a.MTime.Unix() != want {
			t.Errorf("%d became %v", at, a.MTime)
		}
	}
}

func TestCheckOwner(t *testing.T) {
	for s, ok := range map[string]bool{"": true, "auto": true, "keep": true, "0": true, "1000:100": true, "root": false, "1:": false, ":1": false, "4294967295": false, "-1": false} {
		if err := CheckOwner(s); (err == nil) != ok {
			t.Errorf("%q: %v", s, err)
		}
		if _, err := New(s, nil); (err == nil) != ok {
			t.Errorf("%q: %v", s, err)
		}
	}
}
