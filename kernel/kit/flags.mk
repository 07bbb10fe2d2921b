# Compiler and flags shared by all guest code. Included from the top folder.
CC = gcc
AR = ar
KIT := build/kit/x64
# The archives as they are compiled: mkkit makes the kit's of them (kernel/kit/mkkit/marks.go).
MARKED := build/obj/marked
MUSL := build/musl/musl-1.2.3

# -fcf-protection=branch: ENDBR64 where indirect branches arrive (Intel SDM 1, 17.3, indirect branch tracking).
# Position-independent code, so that it can run at the kernel's high address;
# a section for each function and variable, so that the linker can drop it.
# Thread-local variables are at fixed offsets: the kernel is the program, and not every linker makes that of other models.
# GOT loads become `lea` at link time only in their plain form: for the
# relaxable one GNU ld insists on a 32-bit immediate, which a high address does
# not fit.
AS_FLAGS := -Wa,--noexecstack,-mrelax-relocations=no
TARGET_CFLAGS := -m64 -fPIE -ffunction-sections -fdata-sections -fno-stack-protector \
	-fomit-frame-pointer -fno-asynchronous-unwind-tables -fno-unwind-tables -fcf-protection=branch \
	-ftls-model=local-exec -fno-common -pipe $(AS_FLAGS) $(if $(DEBUG),-g -DKERNEL_DEBUG)
