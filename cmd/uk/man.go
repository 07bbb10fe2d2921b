package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"uk.example/internal/outfile"
)

// manVerb is what "make dist" calls: it makes packages, and is in no list.
const manVerb = "man"

// manCommand writes the manual: uk.1 and a page for each command, of what --help prints.
func manCommand() *command {
	return &command{
		name:  manVerb,
		args:  "FOLDER",
		short: "write the pages of the manual into a folder",
		setup: func(*pflag.FlagSet) func(context.Context, *env, []string) error {
			return func(_ context.Context, _ *env, args []string) error {
				dir, err := oneArg(manVerb, "a folder", args)
				if err != nil {
					return err
				}
				if err := os.MkdirAll(dir, 0o777); err != nil {
					return err
				}
				if err := outfile.Write(filepath.Join(dir, "uk.1"), overviewPage()); err != nil {
					return err
				}
				for _, c := range commands() {
					if err := outfile.Write(filepath.Join(dir, "uk-"+c.name+".1"), commandPage(c)); err != nil {
						return err
					}
				}
				return nil
			}
		},
	}
}

func overviewPage() []byte {
	p := newPage("uk", "unikernel images of ordinary Linux programs")
	p.section("Synopsis")
	p.line(`.B uk`)
	p.text("COMMAND [FLAGS] [ARGUMENTS]")
	p.section("Commands")
	for _, c := range commands() {
		p.item("uk-"+c.name+"(1)", c.short)
	}
	p.section("Example")
	p.block("uk run /usr/bin/lua5.4 -- -e 'print(1+1)'")
	return p.Bytes()
}

func commandPage(c *command) []byte {
	p := newPage("uk-"+c.name, c.short)
	p.section("Synopsis")
	p.line(".B uk " + c.name)
	p.text(strings.TrimSpace("[FLAGS] " + c.args))
	if c.long != "" {
		p.section("Description")
		p.paragraphs(c.long)
	}
	if len(c.examples) > 0 {
		p.section("Examples")
		for _, x := range c.examples {
			p.item(x.line, x.what)
		}
	}
	fs := pflag.NewFlagSet(c.name, pflag.ContinueOnError)
	fs.SortFlags = false
	fs.BoolP("help", "h", false, "show this help")
	c.setup(fs)
	p.section("Flags")
	fs.VisitAll(p.flag)
	p.section("See also")
	p.line(".BR uk (1)")
	return p.Bytes()
}

// manPage is a page of the manual in the language of groff_man(7).
type manPage struct{ bytes.Buffer }

func newPage(name, short string) *manPage {
	p := &manPage{}
	p.line(`.TH ` + strings.ToUpper(escape(name)) + ` 1 "" uk "uk's manual"`)
	p.section("Name")
	p.line(escape(name) + ` \- ` + escape(short))
	return p
}

// line writes a line of requests or of escaped text.
func (p *manPage) line(s string) { p.WriteString(s + "\n") }

func (p *manPage) section(title string) { p.line(".SH " + strings.ToUpper(title)) }

// text writes words that are filled into lines.
func (p *manPage) text(s string) {
	for l := range strings.Lines(s) {
		p.line(escape(strings.TrimRight(l, "\n")))
	}
}

// item writes a paragraph below a word or a command line in bold.
func (p *manPage) item(head, text string) {
	p.line(".TP\n\\fB" + escape(head) + "\\fP")
	p.text(text)
}

// block writes lines as they are.
func (p *manPage) block(s string) {
	p.line(".nf")
	p.text(s)
	p.line(".fi")
}

// paragraphs writes text that empty lines part. One that has a table, by two spaces in a row, stays as it is.
func (p *manPage) paragraphs(s string) {
	for i, par := range strings.Split(s, "\n\n") {
		if i > 0 {
			p.line(".PP")
		}
		if strings.Contains(par, "  ") {
			p.block(par)
		} else {
			p.text(par)
		}
	}
}

func (p *manPage) flag(f *pflag.Flag) {
	if f.Hidden {
		return
	}
	head := "--" + f.Name
	if f.Shorthand != "" {
		head = "-" + f.Shorthand + ", " + head
	}
	value, usage := pflag.UnquoteUsage(f)
	if value != "" {
		head += " " + value
	}
	if !slices.Contains([]string{"", "false", "0", "[]", "0s"}, f.DefValue) {
		usage += fmt.Sprintf(" (default %s)", f.DefValue)
	}
	p.item(head, usage)
}

// escape has text be no request and no escape sequence, and a hyphen be the ASCII character that people can copy.
func escape(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}
