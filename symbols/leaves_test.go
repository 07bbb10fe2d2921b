package symbols

import (
	"slices"
	"testing"
)

func TestAnswer(t *testing.T) {
	exp := NewExported([]Set{
		{Soname: "libc.so.6", Names: []string{"frexp", "mallopt"}},
		{Soname: "libm.so.6", Names: []string{"frexp", "sin"}},
		{Soname: "libcrypt.so.1", Names: []string{"crypt"}},
		{Soname: muslSoname, Names: []string{"crypt", "sin"}},
	})
	differ := func(names ...string) (d []FileDifference) {
		for _, n := range names {
			d = append(d, FileDifference{"/prog", Difference{Name: n, Words: "differs"}})
		}
		return d
	}
	for _, tt := range []struct {
		result Result
		want   []string
	}{
		{Result{Differences: differ("sin")}, []string{"libm.so.6"}},
		{Result{Differences: differ("crypt", "sin")}, []string{"libm.so.6", "libcrypt.so.1"}},
		{Result{Differences: differ("sin", "mallopt")}, nil},
		{Result{Differences: differ("frexp")}, nil}, // of libc.so.6 too
		{Result{Missing: []Missing{{Name: "sinf128", Library: "libm.so.6"}}}, []string{"libm.so.6"}},
		{Result{Missing: []Missing{{Name: "re_search", Library: "libc.so.6"}}, Differences: differ("sin")}, nil},
		{Result{Missing: []Missing{{Name: "_ITM_x", Weak: true}}, Differences: differ("sin")}, []string{"libm.so.6"}},
		{Result{}, nil},
	} {
		if got := tt.result.Answer(exp, []string{"libm.so.6", "libcrypt.so.1"}); !slices.Equal(got, tt.want) {
			t.Errorf("%+v: answered by %v, want %v", tt.result, got, tt.want)
		}
	}
}
