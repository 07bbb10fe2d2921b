/* The tracer: what the program asks of the kernel, as records on the serial port that the runner makes lines of
 * (internal/trace). It is linked only into kernels that are built to be traced: there the linker puts trc_NAME in the
 * place of sys_NAME wherever the C library calls it, and of sys_dynamic() where raw system calls do (linker/trace.go). */
#ifndef TRACE_H
#define TRACE_H

#include "types.h"

void trace_enter(u32 nr, const u64 args[6]);
void trace_leave(u32 nr, const u64 args[6], long result);

/* What memory an argument leads to; internal/trace/capture.go has the same numbers, kernel/kit/mkkit makes the table. */
enum capture {
	CAPTURE_NONE,
	CAPTURE_STRING,		/* read: up to a zero byte */
	CAPTURE_IN,		/* read: SIZE bytes */
	CAPTURE_OUT,		/* written: SIZE bytes */
	CAPTURE_INOUT,
	CAPTURE_BUFFER_IN,	/* read: as many bytes as the next argument says, at most SIZE */
	CAPTURE_BUFFER_OUT,	/* written: as many bytes as the result says, at most SIZE */
	CAPTURE_ARRAY_IN,	/* read: elements of SIZE bytes, as many as the next argument says */
	CAPTURE_ARRAY_OUT,	/* written: as many elements as the result says */
	CAPTURE_ARRAY_INOUT,	/* both, as many as the next argument says */
	CAPTURE_IOV_IN,		/* struct iovec, as many as the next argument says, with the beginning of each */
	CAPTURE_IOV_OUT,	/* the same, filled with as many bytes as the result says */
	CAPTURE_MSG_IN,		/* struct msghdr */
	CAPTURE_MSG_OUT,
	CAPTURE_SIZED_OUT,	/* written: as many bytes as the next argument points to, at most SIZE */
	CAPTURE_IOCTL,		/* by the request, which is the argument before */
	CAPTURE_FCNTL,		/* by the command, which is the argument before */
	CAPTURE_STRINGS,	/* read: a list of strings that NULL ends */
	CAPTURE_ENTRIES,	/* written: struct dirent64; only how many is told */
};

struct trace_spec {
	struct { u16 how, size; } arg[6];
};
#define TRACE_SPECS 512
extern const struct trace_spec trace_specs[TRACE_SPECS];

#endif
