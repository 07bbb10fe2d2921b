# Compiler and flags shared by all guest code. Included from the top folder.
CC = gcc
AR = ar
KIT := build/kit/x64
MUSL := build/musl/musl-1.2.3

# Position-independent code, so that it can run at the kernel's high address;
# a section for each function and variable, so that the linker can drop it.
TARGET_CFLAGS := -m64 -fPIE -ffunction-sections -fdata-sections -fno-stack-protector \
	-fomit-frame-pointer -fno-asynchronous-unwind-tables -fno-unwind-tables -fcf-protection=none \
	-fno-common -pipe -Wa,--noexecstack $(if $(DEBUG),-g)
