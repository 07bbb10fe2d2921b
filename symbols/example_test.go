package symbols_test

import (
	"fmt"
	"log"

	"uk.example/symbols"
)

// What a program's files refer to, and what of that neither they nor a kernel define.
func ExampleAnalyze() {
	r, err := symbols.Analyze([]symbols.Input{{Guest: "/server", Host: "/opt/server/server"}}, symbols.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range r.Files {
		fmt.Println(f.Guest, f.Needed, len(f.Symbols))
	}
	if err := r.Err(); err != nil {
		fmt.Println(err)
	}
}

// The system calls that a kernel answers are chosen from what the code of files makes, or by name.
func ExampleSelectSyscalls() {
	policy, err := symbols.ParseSyscallPolicy([]string{"write", "exit_group"})
	if err != nil {
		log.Fatal(err)
	}
	set := symbols.SelectSyscalls(policy, nil)
	for _, name := range set.Names {
		n, _ := symbols.SyscallNumber(name)
		fmt.Println(name, n)
	}
	// Output:
	// exit_group 231
	// write 1
}
