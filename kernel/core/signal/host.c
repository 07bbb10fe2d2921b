/* Signals from the host: what the runner is sent while a machine runs is the program's. It says that it passes signals
 * on (uk.signals). Then what is written to PORT_SIGNAL says that they are taken here; each read of it takes one, 0 when
 * there is none; and an interrupt tells of the first. Linked in with what can catch a signal: a machine that does not
 * take any is ended, as a program is that catches none. */
#include "driver.h"
#include "kernel.h"
#include "layout.h"
#include "module.h"
#include "offsets.h"
#include "signal.h"

static void interrupt(void *unused)
{
	u8 sig;

	while ((sig = monitor_call(MON_INB, PORT_SIGNAL, 0, 0)) && sig <= NSIG)
		signal_send(NULL, sig);
}

int host_signals(void)
{
	if (cmdline_get(CMD_SIGNALS, 0)) {
		irq_register(IRQ_SIGNAL, interrupt, NULL);
		monitor_call(MON_OUTB, PORT_SIGNAL, 1, 0);
	}
	return 0;
}
MODULE_INIT(host_signals, NULL);
