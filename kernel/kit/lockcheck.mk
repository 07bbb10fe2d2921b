# make lockcheck: build/kit/lockcheck, the kit with a kernel that looks at its locks (docs/locking.md). What differs is made
# from the other kit: three sources, whose functions get other names, and the C library's calls of __lock().
L := build/obj/lockcheck
LOCKCHECK := build/kit/lockcheck
plain = -D$(1)=plain_$(1)
plain_lock := $(call plain,klock) $(call plain,kunlock)
plain_sched := $(call plain,schedule)
plain_wait := $(call plain,wake_thread)
lockcheck_sources := kernel/core/thread/lock.c kernel/core/thread/sched.c kernel/core/thread/wait.c kernel/kit/lockcheck/check.c

.PHONY: lockcheck
lockcheck: $(LOCKCHECK)/kit.json
$(LOCKCHECK)/kit.json: $(KIT)/kit.json $(lockcheck_sources) kernel/kit/lockcheck/order.h kernel/kit/lockcheck.mk
	$(Q)rm -rf $(LOCKCHECK) $(L) && mkdir -p $(L)/libc && cp -r $(KIT) $(LOCKCHECK) && rm -f $(LOCKCHECK)/kit.*
	$(Q)$(foreach f,lock sched wait,$(CC) $(KERNEL_CFLAGS) $(plain_$(f)) -c -o $(L)/core-thread-$(f).o kernel/core/thread/$(f).c && $(core_names) $(L)/core-thread-$(f).o &&) \
		$(CC) $(KERNEL_CFLAGS) -fno-optimize-sibling-calls -c -o $(L)/core-thread-lockcheck.o kernel/kit/lockcheck/check.c && $(core_names) $(L)/core-thread-lockcheck.o
	$(Q)$(AR) rD $(LOCKCHECK)/libkernel.a $(L)/core-thread-*.o
	$(Q)cd $(L)/libc && $(AR) x ../../../../$(LOCKCHECK)/libc.a && for o in *.o; do \
		[ $$o = thread-__lock.o ] || objcopy --redefine-sym __lock=checked_lock --redefine-sym __unlock=checked_unlock $$o; done && \
		rm -f ../../../../$(LOCKCHECK)/libc.a && $(AR) rcsD ../../../../$(LOCKCHECK)/libc.a *.o
	$(Q)$(MKKIT) json -kit $(LOCKCHECK) -kernel kernel -compiler "$$($(CC) --version | head -n 1)" -cc $(CC) \
		-absent '$(absent_objects)' -module-object $(MODULE_OBJECT) -modules '$(modules)' -loader '$(loader_objects)' -o $@
