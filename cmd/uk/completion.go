package main

import (
	"context"
	"io"

	"github.com/spf13/pflag"
)

func completionCommand() *command {
	return &command{
		name:  "completion",
		args:  "bash|zsh|fish",
		short: "print a script that completes uk's words in a shell",
		examples: []example{
			{"source <(uk completion bash)", "in ~/.bashrc"},
			{"source <(uk completion zsh)", "in ~/.zshrc, behind compinit"},
			{"uk completion fish > ~/.config/fish/completions/uk.fish", "for fish"},
		},
		setup: func(*pflag.FlagSet) func(context.Context, *env, []string) error {
			return func(_ context.Context, e *env, args []string) error {
				shell, err := oneArg("completion", "a shell: bash, zsh or fish", args)
				if err != nil {
					return err
				}
				script, ok := completionScripts[shell]
				if !ok {
					return usagef("completion", "unknown shell %q: use bash, zsh or fish", shell)
				}
				_, err = io.WriteString(e.stdout, script)
				return err
			}
		},
	}
}

// completionScripts ask `uk complete` what may come, by the number of the word under the cursor. The first
// line of the answer tells about files, which the shell knows best.
var completionScripts = map[string]string{
	"bash": `_uk() {
	local cur=${COMP_WORDS[COMP_CWORD]} lines
	mapfile -t lines < <("${COMP_WORDS[0]}" complete "$((COMP_CWORD - 1))" "${COMP_WORDS[@]:1}" 2>/dev/null)
	COMPREPLY=("${lines[@]:1}")
	COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
	[ "$cur" != = ] || cur=
	case ${lines[0]} in
	files) compopt -o filenames 2>/dev/null; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "${cur#--*=}") ;;
	folders) compopt -o filenames 2>/dev/null; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "${cur#--*=}") ;;
	esac
	case ${COMPREPLY[*]} in
	*= | */) [ "${#COMPREPLY[@]}" -ne 1 ] || compopt -o nospace 2>/dev/null ;;
	esac
}
complete -F _uk uk
`,
	"zsh": `#compdef uk
_uk() {
	local -a lines described
	local files line
	lines=("${(@f)$("${words[1]}" complete "$((CURRENT - 2))" "${(@)words[2,-1]}" 2>/dev/null)}")
	files=$lines[1]
	for line in "${(@)lines[2,-1]}"; do
		described+=("${${line%%$'\t'*}//:/\\:}${${(M)line%$'\t'*}:+:${line#*$'\t'}}")
	done
	(( $#described )) && _describe -t values value described
	case $files in
	files) _files ;;
	folders) _files -/ ;;
	esac
}
compdef _uk uk
`,
	"fish": `function __uk_complete
	set -l words (commandline -opc)
	set -l typed (commandline -ct)
	set -l lines (uk complete (math (count $words) - 1) $words[2..-1] $typed 2>/dev/null)
	for line in $lines[2..-1]
		echo $line
	end
	switch "$lines[1]"
		case files folders
			__fish_complete_path $typed
	end
end
complete -c uk -f -a '(__uk_complete)'
`,
}
