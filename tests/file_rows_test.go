package tests

// fileRows are programs that call for files what few programs call, compared
// call by call with the host.
func fileRows() []program {
	return append(append(vfsRows(), rofsRows()...), []program{
		{name: "file-badpipe", build: c("fs/badpipe.c"), tcg: true},
		{name: "file-badpipe-static", build: c("fs/badpipe.c", "-static")},
		{name: "sys-partial-buffers", build: c("sys/partial_buffers.c"), tcg: true},
		{name: "sys-partial-buffers-static", build: c("sys/partial_buffers.c", "-static")},
		{name: "sys-pipes", build: c("sys/pipes.c"), tcg: true},
		{name: "sys-pipes-static", build: c("sys/pipes.c", "-static")},
		{name: "sys-splice", build: c("sys/splice.c", "-pthread"), tcg: true},
		{name: "sys-splice-static", build: c("sys/splice.c", "-static", "-pthread"), cpus: 2},
		{name: "sys-seals", build: c("sys/seals.c"), tcg: true},
		{name: "sys-seals-static", build: c("sys/seals.c", "-static")},
		{name: "sys-file-details", build: c("sys/file_details.c"), tcg: true},
		{name: "sys-file-details-static", build: c("sys/file_details.c", "-static")},
		{name: "sys-fdinfo", build: c("sys/fdinfo.c")},
		{name: "sys-low-water", build: c("sys/low_water.c", "-pthread")},
	}...)
}
