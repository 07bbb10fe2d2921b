package firecracker

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"uk.example/internal/bounded"
	"uk.example/kvmboot/virtio"
)

// Config is what a configuration file of Firecracker's describes
// (--config-file; the field names of its firecracker.yaml, version 1.16), as far as
// this package offers it.
type Config struct {
	File      string // its name, for messages
	Kernel    string
	Initrd    string // empty: none
	BootArgs  string
	Drives    []Drive // the root device first, if there is one
	CPUs      int
	MemoryMiB int64
	Vsock     *Vsock
	Balloon   *Balloon
	Entropy   bool
	// Notes tell what of the file has no effect here, a line each.
	Notes []string
}

// Drive is one entry of "drives".
type Drive struct {
	ID, Path       string
	Root, ReadOnly bool
	Writeback      bool // the guest may flush
	PartUUID       string
}

// Vsock is the device "vsock".
type Vsock struct {
	CID  uint32
	Path string // of the unix socket
}

// Balloon is the device "balloon".
type Balloon struct {
	MiB                            uint32
	DeflateOnOOM, Stats, Reporting bool
}

const (
	// fcDefaultBootArgs is the command line of a configuration without boot_args
	// (src/vmm/src/vmm_config/boot_source.rs, 1.16.1).
	fcDefaultBootArgs = "reboot=k panic=1 nomodule 8250.nr_uarts=0 i8042.noaux i8042.nomux i8042.dumbkbd swiotlb=noforce"
	MaxCPUs           = 32 // MAX_SUPPORTED_VCPUS
	fcMaxFile         = 1 << 20
	fcDefaultMiB      = 128
	fcMaxMiB          = 255 << 10 // below the gap for 64-bit device addresses
)

// Read reads a configuration file.
func Read(path string) (*Config, error) {
	data, err := bounded.ReadFile(path, fcMaxFile)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// Parse reads the text of a configuration file; name is for messages. As
// Firecracker does, it refuses fields that it does not know, with their path (at
// the top level, too, where Firecracker looks over them).
func Parse(name string, data []byte) (*Config, error) {
	c := &Config{File: name, CPUs: 1, MemoryMiB: fcDefaultMiB, BootArgs: fcDefaultBootArgs}
	r := &fcReader{cfg: c}
	if err := checkJSON(data); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	r.top(r.object("", data, "boot-source", "drives", "machine-config", "cpu-config", "balloon", "network-interfaces",
		"vsock", "logger", "metrics", "mmds-config", "entropy", "pmem", "memory-hotplug"))
	if r.err != nil {
		return nil, fmt.Errorf("%s: %w", name, r.err)
	}
	return c, nil
}

// checkJSON finds what is no JSON, with its place, and anything behind the value.
func checkJSON(data []byte) error {
	var v json.RawMessage
	err := json.Unmarshal(data, &v)
	var se *json.SyntaxError
	if errors.As(err, &se) {
		before := data[:min(max(int(se.Offset), 0), len(data))]
		line := 1 + bytes.Count(before, []byte("\n"))
		return fmt.Errorf("line %d, column %d: not JSON: %w", line, len(before)-bytes.LastIndexByte(before, '\n')-1, err)
	}
	return err
}

// fcReader reads fields and keeps the first error.
type fcReader struct {
	cfg *Config
	err error
}

type fcObject struct {
	path   string
	fields map[string]json.RawMessage
}

func (r *fcReader) fail(path, format string, args ...any) {
	if r.err == nil {
		if path == "" {
			path = "top level"
		}
		r.err = fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...))
	}
}

func (r *fcReader) note(path, what string) {
	r.cfg.Notes = append(r.cfg.Notes, fmt.Sprintf("%s: %s: %s", r.cfg.File, path, what))
}

func (o *fcObject) at(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }) {
		name = strconv.Quote(name) // an error is one line
	}
	if o.path == "" {
		return name
	}
	return o.path + "." + name
}

// object reads a JSON object whose fields are among known, each at most once.
func (r *fcReader) object(path string, data json.RawMessage, known ...string) *fcObject {
	o := &fcObject{path, map[string]json.RawMessage{}}
	if r.err != nil {
		return o
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		r.fail(path, "expected an object, { ... }")
		return o
	}
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			r.fail(path, "unreadable: %v", err)
			return o
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			r.fail(o.at(name), "unreadable: %v", err)
			return o
		}
		if !slices.Contains(known, name) {
			r.fail(o.at(name), "unknown field; known are %s", strings.Join(known, ", "))
			return o
		}
		if _, twice := o.fields[name]; twice {
			r.fail(o.at(name), "given twice")
			return o
		}
		if string(value) != "null" { // an absent value
			o.fields[name] = value
		}
	}
	return o
}

// value reads a field into v, a pointer, and tells whether it is there.
func (r *fcReader) value(o *fcObject, name string, v any, kind string) bool {
	raw, ok := o.fields[name]
	if !ok || r.err != nil {
		return false
	}
	if err := json.Unmarshal(raw, v); err != nil {
		text := string(raw)
		if len(text) > 40 {
			text = text[:40] + "..."
		}
		r.fail(o.at(name), "expected %s, not %s", kind, text)
		return false
	}
	return true
}

func (r *fcReader) text(o *fcObject, name string) (s string, ok bool) {
	ok = r.value(o, name, &s, "a string")
	if ok && strings.IndexByte(s, 0) >= 0 {
		r.fail(o.at(name), "holds a NUL byte")
	}
	return s, ok
}

func (r *fcReader) number(o *fcObject, name string, limit uint64) (n uint64) {
	ok := r.value(o, name, &n, fmt.Sprintf("a whole number up to %d", limit))
	if ok && n > limit {
		r.fail(o.at(name), "%d is more than %d", n, limit)
	}
	return n
}

func (r *fcReader) flag(o *fcObject, name string) (b bool) {
	r.value(o, name, &b, "true or false")
	return b
}

func (r *fcReader) required(o *fcObject, names ...string) {
	for _, n := range names {
		if _, ok := o.fields[n]; !ok {
			r.fail(o.path, "the field %s is missing", n)
		}
	}
}

// list reads an array of objects.
func (r *fcReader) list(o *fcObject, name string, each func(path string, data json.RawMessage)) {
	var items []json.RawMessage
	r.value(o, name, &items, "an array, [ ... ]")
	for i, item := range items {
		if r.err == nil {
			each(fmt.Sprintf("%s[%d]", o.at(name), i), item)
		}
	}
}

// empty refuses a list or object that is not empty.
func (r *fcReader) empty(o *fcObject, name, why string) {
	if raw, ok := o.fields[name]; ok && string(bytes.Join(bytes.Fields(raw), nil)) != "[]" {
		r.fail(o.at(name), "%s", why)
	}
}

func (r *fcReader) top(o *fcObject) {
	r.required(o, "boot-source", "drives")
	r.empty(o, "network-interfaces", "network interfaces are not supported by this runner: remove them, or use vsock")
	r.empty(o, "mmds-config", "the metadata service needs a network interface, which this runner does not have: remove it")
	r.empty(o, "pmem", "pmem devices are not supported by this runner: use drives")
	r.empty(o, "memory-hotplug", "memory hotplug is not supported by this runner: remove it")
	for _, name := range []string{"logger", "metrics"} {
		if _, ok := o.fields[name]; ok {
			r.note(name, "ignored: this runner keeps no log and no metrics")
		}
	}
	if _, ok := o.fields["cpu-config"]; ok {
		r.note("cpu-config", "ignored: the guest sees the host's processor")
	}
	r.boot(o)
	r.machine(o)
	ids := map[string]bool{}
	r.list(o, "drives", func(path string, data json.RawMessage) { r.drive(path, data, ids) })
	if i := slices.IndexFunc(r.cfg.Drives, func(d Drive) bool { return d.Root }); i > 0 {
		root := r.cfg.Drives[i]
		r.cfg.Drives = slices.Insert(slices.Delete(r.cfg.Drives, i, i+1), 0, root)
	}
	r.vsock(o)
	r.balloon(o)
	if raw, ok := o.fields["entropy"]; ok {
		e := r.object("entropy", raw, "rate_limiter")
		r.limiter(e)
		r.cfg.Entropy = true
	}
}

func (r *fcReader) limiter(o *fcObject) {
	if _, ok := o.fields["rate_limiter"]; ok {
		r.note(o.at("rate_limiter"), "ignored: this runner limits no rates")
	}
}

func (r *fcReader) boot(top *fcObject) {
	raw, ok := top.fields["boot-source"]
	if !ok {
		return
	}
	o := r.object("boot-source", raw, "kernel_image_path", "initrd_path", "boot_args")
	r.required(o, "kernel_image_path")
	r.cfg.Kernel, _ = r.text(o, "kernel_image_path")
	r.cfg.Initrd, _ = r.text(o, "initrd_path")
	if args, ok := r.text(o, "boot_args"); ok {
		r.cfg.BootArgs = args
	}
	if err := fcCheckBootArgs(r.cfg.BootArgs); err != nil {
		r.fail(o.at("boot_args"), "%v", err)
	}
}

func (r *fcReader) machine(top *fcObject) {
	raw, ok := top.fields["machine-config"]
	if !ok {
		return
	}
	o := r.object("machine-config", raw, "vcpu_count", "mem_size_mib", "smt", "cpu_template", "track_dirty_pages", "huge_pages")
	r.required(o, "vcpu_count", "mem_size_mib")
	cpus := r.number(o, "vcpu_count", MaxCPUs)
	mib := r.number(o, "mem_size_mib", fcMaxMiB)
	smt := r.flag(o, "smt")
	switch {
	case r.err != nil:
		return
	case cpus == 0:
		r.fail(o.at("vcpu_count"), "0: want 1 to %d", MaxCPUs)
	case smt && cpus > 1 && cpus%2 == 1:
		r.fail(o.at("vcpu_count"), "%d: with smt it must be 1 or even", cpus)
	case mib == 0:
		r.fail(o.at("mem_size_mib"), "0: want 1 to %d", fcMaxMiB)
	}
	r.cfg.CPUs, r.cfg.MemoryMiB = int(cpus), int64(mib)
	if r.flag(o, "track_dirty_pages") {
		r.note(o.at("track_dirty_pages"), "ignored: this runner takes no snapshots")
	}
	if t, ok := r.text(o, "cpu_template"); ok && t != "None" {
		r.note(o.at("cpu_template"), "ignored: the guest sees the host's processor")
	}
	switch pages, ok := r.text(o, "huge_pages"); {
	case !ok || pages == "None":
	case pages != "2M":
		r.fail(o.at("huge_pages"), "%q: want None or 2M", pages)
	case mib%2 == 1:
		r.fail(o.at("mem_size_mib"), "%d: with huge_pages 2M it must be even", mib)
	default:
		r.note(o.at("huge_pages"), "ignored: this runner has transparent huge pages")
	}
}

func (r *fcReader) drive(path string, data json.RawMessage, ids map[string]bool) {
	o := r.object(path, data, "drive_id", "is_root_device", "is_read_only", "path_on_host", "partuuid", "cache_type", "rate_limiter", "io_engine", "socket")
	r.required(o, "drive_id", "is_root_device")
	var d Drive
	d.ID, _ = r.text(o, "drive_id")
	d.Root, d.ReadOnly = r.flag(o, "is_root_device"), r.flag(o, "is_read_only")
	d.Path, _ = r.text(o, "path_on_host")
	d.PartUUID, _ = r.text(o, "partuuid")
	r.limiter(o)
	if s, ok := r.text(o, "cache_type"); ok {
		if d.Writeback = s == "Writeback"; !d.Writeback && s != "Unsafe" {
			r.fail(o.at("cache_type"), "%q: want Unsafe or Writeback", s)
		}
	}
	if s, ok := r.text(o, "io_engine"); ok && s != "Sync" && s != "Async" {
		r.fail(o.at("io_engine"), "%q: want Sync or Async", s)
	}
	switch {
	case r.err != nil:
	case o.fields["socket"] != nil:
		r.fail(o.at("socket"), "vhost-user drives are not supported by this runner: use path_on_host")
	case d.Path == "":
		r.fail(path, "the field path_on_host is missing")
	case ids[d.ID]:
		r.fail(o.at("drive_id"), "%q is another drive's, too", d.ID)
	case d.Root && slices.ContainsFunc(r.cfg.Drives, func(d Drive) bool { return d.Root }):
		r.fail(o.at("is_root_device"), "a second root device")
	}
	ids[d.ID] = true
	r.cfg.Drives = append(r.cfg.Drives, d)
}

func (r *fcReader) vsock(top *fcObject) {
	raw, ok := top.fields["vsock"]
	if !ok {
		return
	}
	o := r.object("vsock", raw, "vsock_id", "guest_cid", "uds_path")
	r.required(o, "guest_cid", "uds_path")
	cid := r.number(o, "guest_cid", 1<<32-2)
	if cid <= virtio.VsockHostCID {
		r.fail(o.at("guest_cid"), "%d: want 3 or more", cid)
	}
	path, _ := r.text(o, "uds_path")
	r.text(o, "vsock_id")
	r.cfg.Vsock = &Vsock{uint32(cid), path}
}

func (r *fcReader) balloon(top *fcObject) {
	raw, ok := top.fields["balloon"]
	if !ok {
		return
	}
	o := r.object("balloon", raw, "amount_mib", "deflate_on_oom", "stats_polling_interval_s", "free_page_hinting", "free_page_reporting")
	r.required(o, "amount_mib", "deflate_on_oom")
	mib := r.number(o, "amount_mib", 1<<32-1)
	if int64(mib) > r.cfg.MemoryMiB {
		r.fail(o.at("amount_mib"), "%d is more than the guest's memory, %d", mib, r.cfg.MemoryMiB)
	}
	r.cfg.Balloon = &Balloon{MiB: uint32(mib), DeflateOnOOM: r.flag(o, "deflate_on_oom")}
	n := r.number(o, "stats_polling_interval_s", 1<<16-1)
	r.cfg.Balloon.Stats, r.cfg.Balloon.Reporting = n > 0, r.flag(o, "free_page_reporting")
	if r.flag(o, "free_page_hinting") {
		r.note(o.at("free_page_hinting"), "ignored: this runner's balloon does not do it")
	}
}
