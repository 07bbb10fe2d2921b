package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"
)

func completionCommand() *command {
	return &command{
		name:  "completion",
		args:  "bash|zsh|fish",
		short: "print a script that completes uk's words in a shell",
		examples: []example{
			{"source <(uk completion bash)", "in ~/.bashrc"},
			{"uk completion fish > ~/.config/fish/completions/uk.fish", "for fish"},
		},
		setup: func(*pflag.FlagSet) func(context.Context, *env, []string) error {
			return func(_ context.Context, e *env, args []string) error {
				shell, err := oneArg("completion", "a shell: bash, zsh or fish", args)
				if err != nil {
					return err
				}
				switch shell {
				case "bash":
					bashCompletion(e.stdout)
				case "zsh":
					fmt.Fprintln(e.stdout, "autoload -U +X bashcompinit && bashcompinit")
					bashCompletion(e.stdout)
				case "fish":
					fishCompletion(e.stdout)
				default:
					return usagef("completion", "unknown shell %q: use bash, zsh or fish", shell)
				}
				return nil
			}
		},
	}
}

// words lists the verbs, and the flags of each.
func words() (verbs []string, flags map[string][]*pflag.Flag) {
	flags = map[string][]*pflag.Flag{}
	for _, c := range commands() {
		verbs = append(verbs, c.name)
		fs := pflag.NewFlagSet(c.name, pflag.ContinueOnError)
		fs.BoolP("help", "h", false, "show this help")
		c.setup(fs)
		fs.VisitAll(func(f *pflag.Flag) { flags[c.name] = append(flags[c.name], f) })
	}
	return verbs, flags
}

func bashCompletion(w io.Writer) {
	verbs, flags := words()
	fmt.Fprintf(w, "_uk() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} words\n\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\twords=%q\n\telse\n\t\tcase ${COMP_WORDS[1]} in\n", strings.Join(verbs, " "))
	for _, v := range verbs {
		var names []string
		for _, f := range flags[v] {
			names = append(names, "--"+f.Name)
		}
		fmt.Fprintf(w, "\t\t%s) words=%q ;;\n", v, strings.Join(names, " "))
	}
	fmt.Fprint(w, "\t\tesac\n\t\tcase $cur in\n\t\t-*) ;;\n\t\t*) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n\t\tesac\n\tfi\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -o filenames -F _uk uk\n")
}

func fishCompletion(w io.Writer) {
	_, flags := words()
	for _, c := range commands() {
		fmt.Fprintf(w, "complete -c uk -n __fish_use_subcommand -f -a %s -d %q\n", c.name, c.short)
		for _, f := range flags[c.name] {
			fmt.Fprintf(w, "complete -c uk -n '__fish_seen_subcommand_from %s' -l %s -d %q\n", c.name, f.Name, f.Usage)
		}
	}
}
