package firecracker

import (
	"fmt"
	"strings"
	"testing"
)

// What the configuration reader takes: what it makes of it, or its complaint.
func TestParse(t *testing.T) {
	const boot = `"boot-source":{"kernel_image_path":"k","boot_args":"a=b"}`
	for _, c := range []struct{ name, text, want string }{
		{"least", `{` + boot + `,"drives":[]}`, "k|a=b|1|128"},
		{"default arguments", `{"boot-source":{"kernel_image_path":"k"},"drives":[]}`, "k|" + fcDefaultBootArgs + "|1|128"},
		{"nulls", `{` + boot + `,"drives":[],"balloon":null,"vsock":null,"logger":null,"network-interfaces":[],"pmem":[],"mmds-config":null}`, "k|a=b|1|128"},
		{"machine", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":2,"mem_size_mib":1024,"smt":false,"track_dirty_pages":false,"huge_pages":"None"}}`, "k|a=b|2|1024"},
		{"root first", `{` + boot + `,"drives":[{"drive_id":"x","path_on_host":"/x","is_root_device":false},{"drive_id":"r","path_on_host":"/r","is_root_device":true,"is_read_only":true,"cache_type":"Writeback"}]}`,
			"k|a=b|1|128|r /r true true true|x /x false false false"},
		{"devices", `{` + boot + `,"drives":[],"vsock":{"guest_cid":3,"uds_path":"/s"},"balloon":{"amount_mib":5,"deflate_on_oom":true},"entropy":{}}`,
			"k|a=b|1|128|vsock 3 /s|balloon 5 true|entropy"},
		{"notes", `{` + boot + `,"drives":[],"logger":{"log_path":"l"},"metrics":{"metrics_path":"m"},"entropy":{"rate_limiter":{}}}`,
			"k|a=b|1|128|entropy|f: logger: ignored: this runner keeps no log and no metrics|f: metrics: ignored: this runner keeps no log and no metrics|f: entropy.rate_limiter: ignored: this runner limits no rates"},

		{"empty", ``, "not JSON"},
		{"cut", "{\n" + boot + ",\n", "line 3, column 0: not JSON"},
		{"more behind", `{} {}`, "not JSON"},
		{"no object", `[]`, "top level: expected an object"},
		{"no boot source", `{"drives":[]}`, "the field boot-source is missing"},
		{"no drives", `{` + boot + `}`, "the field drives is missing"},
		{"null boot source", `{"boot-source":null,"drives":[]}`, "the field boot-source is missing"},
		{"unknown at top", `{` + boot + `,"drives":[],"boot_source":{}}`, "boot_source: unknown field; known are boot-source, drives"},
		{"unknown below", `{"boot-source":{"kernel_image_path":"k","bootargs":""},"drives":[]}`, "boot-source.bootargs: unknown field"},
		{"unknown with an end of line", `{` + boot + `,"drives":[],"a\nb":{}}`, `"a\nb": unknown field`},
		{"unknown in a list", `{` + boot + `,"drives":[{"drive_id":"a","is_root_device":false,"path":"x"}]}`, "drives[0].path: unknown field"},
		{"twice", `{` + boot + `,` + boot + `,"drives":[]}`, "boot-source: given twice"},
		{"other case", `{"boot-source":{"Kernel_image_path":"k"},"drives":[]}`, "boot-source.Kernel_image_path: unknown field"},
		{"wrong kind", `{"boot-source":{"kernel_image_path":7},"drives":[]}`, "boot-source.kernel_image_path: expected a string, not 7"},
		{"no list", `{` + boot + `,"drives":{}}`, "drives: expected an array"},
		{"no object in list", `{` + boot + `,"drives":[3]}`, "drives[0]: expected an object"},
		{"network", `{` + boot + `,"drives":[],"network-interfaces":[{"iface_id":"e","host_dev_name":"t"}]}`, "network-interfaces: network interfaces are not supported"},
		{"pmem", `{` + boot + `,"drives":[],"pmem":[{}]}`, "pmem: pmem devices are not supported"},
		{"vhost-user", `{` + boot + `,"drives":[{"drive_id":"a","is_root_device":false,"socket":"s"}]}`, "drives[0].socket: vhost-user"},
		{"no path", `{` + boot + `,"drives":[{"drive_id":"a","is_root_device":false}]}`, "drives[0]: the field path_on_host is missing"},
		{"no id", `{` + boot + `,"drives":[{"is_root_device":false,"path_on_host":"x"}]}`, "drives[0]: the field drive_id is missing"},
		{"same id", `{` + boot + `,"drives":[{"drive_id":"a","is_root_device":false,"path_on_host":"x"},{"drive_id":"a","is_root_device":false,"path_on_host":"y"}]}`, `drives[1].drive_id: "a" is another drive's`},
		{"two roots", `{` + boot + `,"drives":[{"drive_id":"a","is_root_device":true,"path_on_host":"x"},{"drive_id":"b","is_root_device":true,"path_on_host":"y"}]}`, "drives[1].is_root_device: a second root device"},
		{"no processor", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":0,"mem_size_mib":1}}`, "machine-config.vcpu_count: 0: want 1 to 32"},
		{"33 processors", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":33,"mem_size_mib":1}}`, "machine-config.vcpu_count: 33 is more than 32"},
		{"odd with smt", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":3,"mem_size_mib":1,"smt":true}}`, "1 or even"},
		{"negative memory", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":1,"mem_size_mib":-1}}`, "machine-config.mem_size_mib: expected a whole number"},
		{"much memory", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":1,"mem_size_mib":99999999999}}`, "is more than"},
		{"no memory size", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":1}}`, "machine-config: the field mem_size_mib is missing"},
		{"host's CID", `{` + boot + `,"drives":[],"vsock":{"guest_cid":2,"uds_path":"s"}}`, "vsock.guest_cid: 2: want 3 or more"},
		{"large balloon", `{` + boot + `,"drives":[],"balloon":{"amount_mib":129,"deflate_on_oom":true}}`, "more than the guest's memory"},
		{"control byte", `{"boot-source":{"kernel_image_path":"k","boot_args":"a\n"},"drives":[]}`, `boot-source.boot_args: byte 1 is 0x0a`},
		{"long arguments", `{"boot-source":{"kernel_image_path":"k","boot_args":"` + strings.Repeat("a", 2048) + `"},"drives":[]}`, "2048 bytes: Firecracker takes less than 2048"},
		{"NUL", `{"boot-source":{"kernel_image_path":"k\u0000"},"drives":[]}`, "holds a NUL byte"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Parse("f", []byte(c.text))
			if err != nil {
				if !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "f: ") || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %q, want %q", err, c.want)
				}
				return
			}
			got := []string{f.Kernel, f.BootArgs, fmt.Sprint(f.CPUs), fmt.Sprint(f.MemoryMiB)}
			for _, d := range f.Drives {
				got = append(got, fmt.Sprint(d.ID, " ", d.Path, " ", d.Root, d.ReadOnly, d.Writeback))
			}
			if f.Vsock != nil {
				got = append(got, fmt.Sprintf("vsock %d %s", f.Vsock.CID, f.Vsock.Path))
			}
			if f.Balloon != nil {
				got = append(got, fmt.Sprintf("balloon %d %v", f.Balloon.MiB, f.Balloon.DeflateOnOOM))
			}
			if f.Entropy {
				got = append(got, "entropy")
			}
			if s := strings.Join(append(got, f.Notes...), "|"); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
		})
	}
}

func TestCmdline(t *testing.T) {
	c := &Config{
		Drives:  []Drive{{Root: true, ReadOnly: true}, {}},
		Balloon: &Balloon{}, Entropy: true,
	}
	const devices = "pci=off virtio_mmio.device=4K@0xc0001000:5 root=/dev/vda ro virtio_mmio.device=4K@0xc0002000:6 " +
		"virtio_mmio.device=4K@0xc0003000:7 virtio_mmio.device=4K@0xc0004000:8"
	for _, r := range []struct{ args, want string }{
		{"", devices},
		{" a ", "a " + devices},
		{"a -- b", "a " + devices + " -- b"},
		{`x="1 -- 2" -- b`, `x="1 -- 2" ` + devices + ` -- b`},
		{`x="1 -- 2"`, `x="1 -- 2" ` + devices},
	} {
		got, err := Cmdline(r.args, Words(c))
		if err != nil || got != r.want {
			t.Errorf("%q: %v\ngot  %s\nwant %s", r.args, err, got, r.want)
		}
	}
	if _, err := Cmdline(strings.Repeat("a", 2000), Words(c)); err == nil {
		t.Error("a command line that is too long with the devices was accepted")
	}
}
