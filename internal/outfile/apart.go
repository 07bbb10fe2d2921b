package outfile

import (
	"fmt"
	"os"
)

// Apart returns an error if output is one of the files that it is made of, under whatever name: it would
// take that file's place.
func Apart(output string, inputs ...string) error {
	out, err := os.Stat(output)
	if output == "" || err != nil {
		return nil // a new file
	}
	for _, name := range inputs {
		if in, err := os.Stat(name); name != "" && err == nil && os.SameFile(out, in) {
			return fmt.Errorf("%s: is read for what is to be written there, and would be gone: name another file", output)
		}
	}
	return nil
}
