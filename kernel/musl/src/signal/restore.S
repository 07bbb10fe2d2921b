/*
 * Where a signal handler returns to. Caller: the handler's `ret`; rsp points
 * at the signal frame just as the handler found it, past its return address.
 * Never returns here: the kernel restores the frame.
 */
	.text
	.global __restore_rt
	.hidden __restore_rt
	.type __restore_rt, @function
__restore_rt:
	jmp sys_rt_sigreturn_frame
	.size __restore_rt, . - __restore_rt
