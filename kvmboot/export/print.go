package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"uk.example/internal/badoption"
	"uk.example/kvmboot"
	"uk.example/kvmboot/firecracker"
	"uk.example/kvmboot/virtio"
)

// portableQuote is quote for loaders that take printable ASCII only, and that look
// for quotation marks themselves: none is inside.
func portableQuote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\\':
			b.WriteString(`\\`)
		case c == '"' || c < ' ' || c > '~':
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// portableCmdline is the command line without what only a run decides, devices and
// the time, and the boot module: the root file system image if that goes so, or else
// nothing, and behind it what the command line has no room for.
func portableCmdline(cfg *kvmboot.Config, room int) (line, module string, err error) {
	if cfg.RootAsModule {
		module = cfg.Root
	}
	if cfg.ModuleFile == "" {
		room = kvmboot.MaxCmdline // the caller knows a better error
	}
	c := kvmboot.CommandLineWords{Quote: portableQuote}
	line, behind, err := c.Build(cfg, nil, 0, room)
	if err == nil && len(behind) > 0 {
		module, err = cfg.WriteModule(module, behind)
	}
	return line, module, err
}

// noShares tells that a hypervisor has no device for shares.
func noShares(hypervisor string, shares []kvmboot.Share) error {
	return fmt.Errorf("share %s: %s has no 9P device: use the built-in runner or QEMU, or a drive", shares[0].Path, hypervisor)
}

// FirecrackerConfig gives the configuration file with which Firecracker
// (--no-api --config-file FILE) boots cfg: paths are absolute.
func FirecrackerConfig(cfg kvmboot.Config) ([]byte, error) {
	if err := cfg.Normalize(); err != nil {
		return nil, err
	}
	if err := cfg.Absolute(); err != nil {
		return nil, err
	}
	if len(cfg.Shares) > 0 {
		return nil, noShares("Firecracker", cfg.Shares)
	}
	if p := cfg.NotUTF8(); p != "" {
		return nil, fmt.Errorf("%q: its name is no UTF-8, and a file of JSON cannot have it: rename it", p)
	}
	// Firecracker adds words for the devices, and the root's.
	line, module, err := portableCmdline(&cfg, firecracker.MaxCmdline-1-firecracker.WordsRoom)
	if err != nil {
		return nil, err
	}
	if cfg.CPUs > firecracker.MaxCPUs {
		return nil, badoption.Errorf("CPUs", "%d processors: Firecracker has at most %d", cfg.CPUs, firecracker.MaxCPUs)
	}
	type boot struct {
		Kernel string `json:"kernel_image_path"`
		Args   string `json:"boot_args"`
		Initrd string `json:"initrd_path,omitempty"`
	}
	type drive struct {
		ID       string `json:"drive_id"`
		Path     string `json:"path_on_host"`
		Root     bool   `json:"is_root_device"`
		ReadOnly bool   `json:"is_read_only"`
	}
	type machineConfig struct {
		CPUs int   `json:"vcpu_count"`
		MiB  int64 `json:"mem_size_mib"`
	}
	type balloon struct {
		MiB       int64 `json:"amount_mib"`
		Deflate   bool  `json:"deflate_on_oom"`
		Reporting bool  `json:"free_page_reporting,omitempty"`
	}
	type vsock struct {
		CID  uint32 `json:"guest_cid"`
		Path string `json:"uds_path"`
	}
	var f struct {
		Boot    boot          `json:"boot-source"`
		Drives  []drive       `json:"drives"`
		Machine machineConfig `json:"machine-config"`
		Balloon *balloon      `json:"balloon,omitempty"`
		Vsock   *vsock        `json:"vsock,omitempty"`
		Entropy *struct{}     `json:"entropy,omitempty"`
	}
	if b := cfg.Balloon; b != nil {
		f.Balloon = &balloon{b.Size >> 20, true, b.Reporting}
	}
	f.Boot.Args, f.Drives = line, []drive{}
	f.Machine = machineConfig{cfg.CPUs, (cfg.Memory + 1<<20 - 1) >> 20}
	f.Boot.Kernel, f.Boot.Initrd = cfg.Kernel, module
	if cfg.Root != "" && !cfg.RootAsModule {
		f.Drives = append(f.Drives, drive{"root", cfg.Root, true, true})
	}
	for i, d := range cfg.Drives {
		f.Drives = append(f.Drives, drive{virtio.DriveName(i), d.Path, false, d.ReadOnly})
	}
	if v := cfg.Vsock; v != nil {
		f.Vsock = &vsock{v.CID, v.Path}
	}
	if !cfg.NoEntropy {
		f.Entropy = &struct{}{}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(&f); err != nil {
		return nil, err
	}
	// What Firecracker would refuse is known here already.
	c, err := firecracker.Parse("Firecracker's configuration", b.Bytes())
	if err == nil {
		_, err = firecracker.Cmdline(c.BootArgs, firecracker.Words(c))
	}
	if err != nil {
		return nil, fmt.Errorf("%w; make arguments and environment shorter, or name a file for them (--print-module)", err)
	}
	return b.Bytes(), nil
}

// chMaxCmdline is Cloud Hypervisor's CMDLINE_MAX_SIZE (arch/src/x86_64/layout.rs, v53.0).
const chMaxCmdline = 0x10000

// CloudHypervisor gives the command line with which Cloud Hypervisor boots
// cfg (its docs and vmm/src/config.rs, version 53.0). Paths are absolute.
func CloudHypervisor(cfg kvmboot.Config) ([]string, error) {
	if err := cfg.Normalize(); err != nil {
		return nil, err
	}
	if err := cfg.Absolute(); err != nil {
		return nil, err
	}
	if len(cfg.Shares) > 0 {
		return nil, noShares("Cloud Hypervisor", cfg.Shares)
	}
	line, module, err := portableCmdline(&cfg, chMaxCmdline-1)
	if err != nil {
		return nil, err
	}
	if len(line)+1 > chMaxCmdline {
		return nil, fmt.Errorf("a command line of %d bytes: Cloud Hypervisor takes less than %d; make arguments and environment shorter, or name a file for them (--print-module)", len(line), chMaxCmdline)
	}
	argv := []string{"cloud-hypervisor", "--kernel", cfg.Kernel, "--cmdline", line,
		"--cpus", "boot=" + strconv.Itoa(cfg.CPUs),
		"--memory", fmt.Sprintf("size=%dM", (cfg.Memory+1<<20-1)>>20)}
	disks := []kvmboot.Drive{}
	if module != "" {
		argv = append(argv, "--initramfs", module)
	}
	if cfg.Root != "" && !cfg.RootAsModule {
		disks = append(disks, kvmboot.Drive{Path: cfg.Root, ReadOnly: true})
	}
	if disks = append(disks, cfg.Drives...); len(disks) > 0 {
		argv = append(argv, "--disk")
	}
	for _, d := range disks {
		if strings.ContainsAny(d.Path, `,"[]`) {
			return nil, errors.New(d.Path + `: Cloud Hypervisor's --disk takes no path with , " [ or ]; move the file`)
		}
		mode := ""
		if d.ReadOnly {
			mode = "readonly=on,"
		}
		argv = append(argv, "path="+d.Path+","+mode+"image_type=raw")
	}
	if b := cfg.Balloon; b != nil {
		argv = append(argv, "--balloon", fmt.Sprintf("size=%dM,deflate_on_oom=on", b.Size>>20))
	}
	if v := cfg.Vsock; v != nil {
		if strings.ContainsAny(v.Path, `,"[]`) {
			return nil, errors.New(v.Path + `: Cloud Hypervisor's --vsock takes no path with , " [ or ]; name another`)
		}
		argv = append(argv, "--vsock", fmt.Sprintf("cid=%d,socket=%s", v.CID, v.Path))
	}
	if cfg.SerialConsole {
		return append(argv, "--serial", "tty", "--console", "off"), nil
	}
	return append(argv, "--serial", "file=/dev/stderr", "--console", "tty"), nil
}
