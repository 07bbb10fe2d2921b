# Builds a module of one's own from NAME.c, for the kernels of one kit (docs/modules.md):
#
#	make -f .../kernel/kit/module.mk NAME.so
#
# SOURCES are further C files, NEEDS modules whose functions it calls, made before, KIT is the kit's folder.
UK := $(realpath $(dir $(lastword $(MAKEFILE_LIST)))/../..)
KIT ?= $(UK)/build/kit/x64
CC = gcc
MODULE_CFLAGS := -std=gnu11 -O2 -fPIC -fno-plt -DMODULE -ffreestanding -nostdinc -isystem $(shell $(CC) -print-file-name=include) \
	-I$(UK)/kernel/include -I$(UK)/kernel/interfaces -mgeneral-regs-only -mno-red-zone -fno-strict-aliasing \
	-fstack-protector-strong -mstack-protector-guard=global -include $(UK)/kernel/include/stack_protector.h \
	-fcf-protection=branch -fno-asynchronous-unwind-tables -Wa,--noexecstack -Wall
MODULE_LDFLAGS := -shared -T $(KIT)/module.ld --hash-style=gnu -Bsymbolic -z now -z noexecstack -z norelro \
	-z max-page-size=4096 --build-id=none

%.so: %.o $(SOURCES:.c=.o) $(KIT)/module.o
	ld $(MODULE_LDFLAGS) -soname $(@F) -o $@ $^ $(NEEDS)

%.o: %.c
	$(CC) $(MODULE_CFLAGS) $(CFLAGS) -c -o $@ $<
