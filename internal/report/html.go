package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

//go:embed page.js
var pageJS string

// page is parsed when the first page is written: most programs write none.
var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"bytes": func(n int64) string { return group(float64(n)) },
		"micro": func(v any) string {
			switch v := v.(type) {
			case *float64:
				return group(*v)
			case float64:
				return group(v)
			}
			return ""
		},
		"signed": func(d Delta) string {
			if d.B > d.A {
				return "+" + group(d.B-d.A)
			}
			return group(d.B - d.A)
		},
		"share": func(d Delta) string {
			if d.A == 0 || d.A == d.B {
				return ""
			}
			return fmt.Sprintf("%+.1f %%", 100*(d.B-d.A)/d.A)
		},
		"join":  func(s []string) string { return strings.Join(s, " ") },
		"cause": func(kind string) string { return causeNames[kind] },
		// until is the time of the first of several moments that there is.
		"until": func(t *Runtime, names ...string) float64 {
			for _, name := range names {
				for _, m := range t.Timeline {
					if m.Name == name {
						return m.Micro
					}
				}
			}
			return 0
		},
	}).Parse(pageHTML))
})

// group writes a number with a comma between thousands.
func group(v float64) string {
	s := fmt.Sprintf("%.0f", v)
	minus := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if minus && s != "0" {
		return "-" + s
	}
	return s
}

// HTML writes a page about a report, or about two and how they differ. The page
// loads nothing and, by its own policy, may not: names in it come from files that
// anybody may have made, so they are escaped, and no script but the page's own
// would run.
func HTML(w io.Writer, reports []*Report, diff *Diff) error {
	// Marshal writes <, > and & as escapes, so the text cannot end its element.
	data, err := json.Marshal(reports)
	if err != nil {
		return err
	}
	title := "uk report"
	if diff != nil {
		title += ": " + diff.A + " and " + diff.B
	} else if len(reports) > 0 {
		title += " of " + reports[0].Path
	}
	hash := func(s string) template.HTMLAttr {
		sum := sha256.Sum256([]byte(s))
		return template.HTMLAttr("sha256-" + base64.StdEncoding.EncodeToString(sum[:]))
	}
	return page().Execute(w, map[string]any{
		"Title": title, "Reports": reports, "Diff": diff,
		"Style": template.CSS(pageCSS), "StyleHash": hash(pageCSS),
		"Script": template.JS(pageJS), "ScriptHash": hash(pageJS),
		"Data": template.JS(data),
	})
}
