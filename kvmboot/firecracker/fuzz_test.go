package firecracker

import (
	"bytes"
	"strings"
	"testing"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"boot-source":{"kernel_image_path":"k","boot_args":"a \" -- \" b"},"drives":[{"drive_id":"a","is_root_device":true,"path_on_host":"x"}],"entropy":{}}`))
	f.Add([]byte(`{"boot-source":{},"drives":null,"machine-config":{"vcpu_count":1e3}}`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("f", data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than a line: %q", err)
			}
			return
		}
		if c.CPUs < 1 || c.CPUs > MaxCPUs || c.MemoryMiB < 1 || c.Kernel == "" && !bytes.Contains(data, []byte("kernel_image_path")) {
			t.Errorf("accepted %+v", c)
		}
		if line, err := Cmdline(c.BootArgs, Words(c)); err == nil && len(line) >= MaxCmdline {
			t.Errorf("a command line of %d bytes", len(line))
		}
	})
}
