/* exit(2) by a thread that the C library made: whoever joins it hears of it, as with glibc, whose join waits for the
 * kernel's word alone. No destructor runs, and the stack of a detached thread stays. */
#include <stddef.h>
#include "libc.h"
#include "lock.h"
#include "pthread_impl.h"

/* The kernel knows of robust mutexes only if they are shared between processes. */
static void release_robust(pthread_t self)
{
	volatile void *volatile *rp;

	while ((rp = self->robust_list.head) && rp != &self->robust_list.head) {
		pthread_mutex_t *m = (void *)((char *)rp - offsetof(pthread_mutex_t, _m_next));
		int waiters = m->_m_waiters, priv = (m->_m_type & 128) ^ 128;

		self->robust_list.pending = rp;
		self->robust_list.head = *rp;
		int old = a_swap(&m->_m_lock, 0x40000000);
		self->robust_list.pending = 0;
		if (old < 0 || waiters)
			__wake(&m->_m_lock, 1, priv);
	}
}

/* What musl has given to set_tid_address() in each thread. */
int *libc_tid_word(void)
{
	return (int *)&__thread_list_lock;
}

void raw_exit_anchor(void) {}	/* what makes a thread refers to this, so that this file is linked */

/* musl's __pthread_exit, without all that the program could notice. The list's lock is let go by the kernel, when
 * the thread is gone (set_tid_address). */
void libc_thread_ends(void)
{
	pthread_t self = __pthread_self();
	sigset_t set;

	__block_all_sigs(&set);
	a_cas(&self->detach_state, DT_JOINABLE, DT_EXITING);
	LOCK(self->killlock);
	__tl_lock();
	release_robust(self);
	if (self->next == self) {	/* the last one: the kernel ends the program */
		__tl_unlock();
		UNLOCK(self->killlock);
		return;
	}
	if (!--libc.threads_minus_1)
		libc.need_locks = -1;
	self->next->prev = self->prev;
	self->prev->next = self->next;
	self->prev = self->next = self;
	a_store(&self->detach_state, DT_EXITED);
	__wake(&self->detach_state, 1, 1);
	self->tid = 0;
	UNLOCK(self->killlock);
}
