# Builds the kit: everything the linker package needs to link a kernel.
# Run from the top folder by `make kit`. `make V=1` shows the commands.
include kernel/kit/flags.mk
.DELETE_ON_ERROR:

O := build/obj/kernel
G := build/obj/glue
Q := $(if $(V),,@)
GCC_INCLUDE := $(shell $(CC) -print-file-name=include)

kit: $(KIT)/kit.json

# --- kernel: freestanding, no vector registers, one object a source file ---
# -malign-data=abi: gcc would align larger data further, for speed, and leave holes.
# SMALLER: passes that even -Oz runs and that make this code larger, 1,450 bytes in hello's kernel.
SMALLER := -fno-move-loop-invariants -fno-shrink-wrap -fno-jump-tables -fno-ipa-sra -fno-tree-forwprop -fno-caller-saves \
	-fno-tree-dominator-opts -fno-expensive-optimizations -fno-forward-propagate -fno-optimize-sibling-calls -fno-move-loop-stores \
	-fno-tree-tail-merge -fno-tree-loop-im -fno-tree-ccp -fno-tree-slsr
# What handles data of others (files, devices, programs' arguments) has the stack protector in every function with an
# array or a variable whose address is taken, what LESS_PROTECTED begins where there is an array of characters.
# STACKPROTECTOR=n leaves out the kernel's stack protector (kernel/lib/stack_protector.c).
STACKPROTECTOR ?= y
PROTECTOR := $(if $(filter y,$(STACKPROTECTOR)),-fstack-protector-strong -mstack-protector-guard=global -include kernel/include/stack_protector.h)
LESS_PROTECTED := boot/ lib/ arch/ core/ fs/proc/ fs/proc_ fs/sys_ sys/raw/
less_protected = $(if $(and $(PROTECTOR),$(filter $(addsuffix %,$(addprefix kernel/,$(LESS_PROTECTED))),$(1))),-fstack-protector)
# WERROR=n builds with a compiler that warns of more than Debian 12's does.
WERROR ?= y
KERNEL_CFLAGS := $(TARGET_CFLAGS) -std=gnu11 -Oz $(SMALLER) $(PROTECTOR) -ffreestanding -nostdinc -isystem $(GCC_INCLUDE) -Ikernel/include -Ikernel/interfaces \
	-mgeneral-regs-only -mno-red-zone -malign-data=abi -fno-strict-aliasing -fno-delete-null-pointer-checks \
	-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter -Wno-missing-field-initializers -Wno-missing-braces -Wno-sign-compare -Wno-cast-function-type \
	$(if $(filter y,$(WERROR)),-Werror) -Werror=implicit-function-declaration -Werror=int-conversion -Werror=incompatible-pointer-types

# What the kernel calls by names of C's that programs use as well it has under names of its own: those that programs
# reach may use vector registers (kernel/musl/src/vector).
CORE_SYMS := kernel/kit/core.syms
core_names = objcopy --redefine-syms=$(CORE_SYMS)

# --- glue: names that glibc has and musl lacks; ordinary libc code ---------
# Sees musl's public and internal headers, and the kernel's last.
GLUE_CFLAGS := $(TARGET_CFLAGS) -Ikernel/glue -fPIC -std=gnu11 -Oz -ffreestanding -nostdinc -isystem $(GCC_INCLUDE) \
	-D_GNU_SOURCE -fno-strict-aliasing -Wall -Wno-parentheses -Wno-unused-value -Wno-unused-parameter \
	-Ikernel/musl/arch/x86_64 -I$(MUSL)/arch/x86_64 -I$(MUSL)/arch/generic -Ibuild/obj/musl-gen/internal \
	-Ikernel/musl/src/include -I$(MUSL)/src/include -Ikernel/musl/src/internal -I$(MUSL)/src/internal \
	-Ibuild/obj/musl-gen/include -I$(MUSL)/include -Ikernel/include

# --- lwIP: its core, with the edits of kernel/lwip/edit; what of it is used the linker knows -----
LWIP := build/lwip/lwip-2.1.3/src
lwip_sources := $(addprefix $(LWIP)/,$(addsuffix .c,netif/ethernet $(addprefix core/,def inet_chksum ip mem memp netif pbuf raw tcp tcp_in tcp_out udp \
	ipv4/dhcp ipv4/etharp ipv4/icmp ipv4/igmp ipv4/ip4 ipv4/ip4_addr ipv4/ip4_frag \
	ipv6/ethip6 ipv6/icmp6 ipv6/inet6 ipv6/ip6 ipv6/ip6_addr ipv6/ip6_frag ipv6/mld6 ipv6/nd6)))
lwip_include := -Ikernel/lwip/include -I$(LWIP)/include
lwip_flags = $(if $(filter $(LWIP)/%,$(1)),$(lwip_include) -w)$(if $(filter kernel/net/inet_lwip/%,$(1)),$(lwip_include) -Wno-address)
build/lwip/unpacked: kernel/kit/fetch.sh kernel/lwip/lwip.version kernel/lwip/edit $(wildcard kernel/lwip/edit/*.sed)
	@echo "fetching the source of lwIP"
	$(Q)t=$$(kernel/kit/fetch.sh lwip build/lwip) && rm -rf $(dir $(LWIP)) && tar -xJf $$t -C build/lwip --no-same-owner && \
		for e in $(wildcard kernel/lwip/edit/*.sed); do n=$${e##*/}; f=$(LWIP)/$$(echo $${n%.sed} | tr - /).c; \
		sed -E -i -f $$e $$f || exit 1; done && touch $@
$(lwip_sources): build/lwip/unpacked ;

sources := $(shell find kernel -type f \( -name '*.c' -o -name '*.S' \) \
	-not -path 'kernel/musl/*' -not -path 'kernel/kit/*' -not -path 'kernel/modules/loader/*' -not -path 'kernel/fs/proc/module.c' -not -path 'kernel/uefi/*' -not -path 'kernel/sys/vdso/image/*' -not -path '*/test/*' -not -path '*/.*' | LC_ALL=C sort)
kernel_sources := $(filter-out kernel/glue/%,$(sources)) $(lwip_sources)
glue_sources := $(filter kernel/glue/%,$(sources))

# C code of glue calls what a program may replace as the rest of libc does (kernel/musl/redefine.txt, 4).
GLUE_C_CFLAGS := $(GLUE_CFLAGS) $(foreach f,malloc calloc realloc free,-D$(f)=uk_$(f))

# kernel/fs/rofs2.c -> fs-rofs2.o, kernel/fs/pty/proc.c -> fs-pty-proc.o: an archive member's name says where it comes from, and is unique.
object = $(1)/$(subst /,-,$(basename $(patsubst $(LWIP)/%,lwip/%,$(patsubst glue/%,%,$(patsubst kernel/%,%,$(2)))))).o
kernel_objects := $(foreach s,$(kernel_sources),$(call object,$(O),$(s)))
glue_objects := $(foreach s,$(glue_sources),$(call object,$(G),$(s)))

# --- interfaces: what calls reach when a part is absent, and when it is a module
# (kernel/include/interface.h). Every link takes all of libalways.a, where the weak
# definitions are, so that a mere reference pulls in neither driver nor stub.
interfaces := $(sort $(wildcard kernel/interfaces/*.h))
absent_objects := $(interfaces:kernel/interfaces/%.h=$(O)/interfaces-%.o)
modular_objects := $(interfaces:kernel/interfaces/%.h=$(O)/interfaces-%-modular.o)
$(O)/interfaces-%-modular.o: kernel/interfaces/%.h
	$(Q)$(CC) $(KERNEL_CFLAGS) -DINTERFACE_MODULAR -MMD -MP -c -o $@ -x c $< && $(core_names) $@
$(O)/interfaces-%.o: kernel/interfaces/%.h
	$(Q)$(CC) $(KERNEL_CFLAGS) -DINTERFACE_ABSENT -MMD -MP -c -o $@ -x c $< && $(core_names) $@
$(absent_objects) $(modular_objects): kernel/kit/kit.mk kernel/kit/flags.mk | $(O)
kernel_objects += $(modular_objects)

define kernel_rule
$(call object,$(O),$(1)): $(1)
	$(Q)$$(CC) $$(KERNEL_CFLAGS) $(call less_protected,$(1)) $(call lwip_flags,$(1)) -MMD -MP -c -o $$@ $(1) && $$(core_names) $$@
endef
define glue_rule
$(call object,$(G),$(1)): $(1)
	$(Q)$(if $(filter %.c,$(1)),$$(CC) $$(GLUE_C_CFLAGS) -MMD -MP -MT $$@ -MF $$(@:.o=.d) -S -o $$(@:.o=.s) $(1) && sed -E -f build/obj/musl-gen/copyvar.sed -f build/obj/musl-gen/public.sed $$(@:.o=.s) | $$(CC) $$(AS_FLAGS) -c -x assembler -o $$@ -,\
	$$(CC) $$(GLUE_CFLAGS) -MMD -MP -c -o $$@ $(1))
endef
$(foreach s,$(kernel_sources),$(eval $(call kernel_rule,$(s))))
$(foreach s,$(glue_sources),$(eval $(call glue_rule,$(s))))

$(kernel_objects): kernel/kit/kit.mk kernel/kit/flags.mk $(CORE_SYMS) | $(O)
# Glue is compiled against the headers that musl's build generates.
$(glue_objects): kernel/kit/kit.mk kernel/kit/flags.mk $(MARKED)/libc.a | $(G)

# --- the vDSO: a shared object that the kernel carries as bytes -------------
# Cut behind its only segment: nobody reads section headers of it.
V := build/obj/vdso-image
VDSO_CFLAGS := -m64 -fPIC -fvisibility=hidden -std=gnu11 -O2 -ffreestanding -nostdinc -isystem $(GCC_INCLUDE) -Ikernel/include \
	-mgeneral-regs-only -fno-strict-aliasing -fno-stack-protector -fno-asynchronous-unwind-tables -funwind-tables -fcf-protection=branch -pipe -Wall -Wextra -Wno-unused-parameter
$(V)/vdso.image: kernel/sys/vdso/image/vdso.c kernel/sys/vdso/image/vdso.ld kernel/sys/vdso/image/vdso.map kernel/kit/kit.mk | $(V)
	$(Q)$(CC) $(VDSO_CFLAGS) -MMD -MP -MT $@ -MF $(V)/vdso.d -c -o $(V)/vdso.o $<
	$(Q)ld -m elf_x86_64 -nostdlib -shared -soname linux-vdso.so.1 --hash-style=both --build-id=none --eh-frame-hdr -z noexecstack -z norelro -z text -z max-page-size=4096 -s \
		-T kernel/sys/vdso/image/vdso.ld --version-script kernel/sys/vdso/image/vdso.map -o $(V)/vdso.so $(V)/vdso.o
	$(Q)size=$$(readelf -lW $(V)/vdso.so | awk '$$1 == "LOAD" { print $$5 }') && cp $(V)/vdso.so $@ && truncate -s $$((size)) $@ && \
		head -c 8 /dev/zero | dd of=$@ bs=1 seek=40 conv=notrunc status=none && head -c 6 /dev/zero | dd of=$@ bs=1 seek=58 conv=notrunc status=none
$(call object,$(O),kernel/sys/vdso/image.S): $(V)/vdso.image

# --- modules: drivers whose .kconfig says tristate, compiled once more ------
# Sources of NAME: what lies in a folder of that name; else NAME.c beside NAME.kconfig.
# A driver of which there is neither is part of another's module.
M := build/obj/module
MODULE_CFLAGS = $(KERNEL_CFLAGS) -fPIC -fno-plt -DMODULE
tristate := $(shell find kernel -name '*.kconfig' | LC_ALL=C sort | xargs awk \
	'/^config/ { c = tolower($$2); d = FILENAME; sub("/[^/]*$$", "", d) } /^[ \t]+tristate/ { print d ":" c }')
dir_of = $(firstword $(subst :, ,$(1)))
name_of = $(lastword $(subst :, ,$(1)))
# Only files of a server lose pages by a driver's hand; in the kernel drop.c is for what it has itself.
module_sources_virtio_9p := $(wildcard kernel/fs/virtio_9p/*.c) kernel/core/mm/drop.c
module_sources_ext4 := $(wildcard kernel/fs/ext4/*.c) kernel/core/mm/drop.c
# Their lists in /proc are all that prints in a kernel without procfs.
module_sources_af_unix := $(wildcard kernel/fs/af_unix/*.c) kernel/fs/text.c
module_sources_netlink := $(wildcard kernel/net/netlink/*.c) kernel/fs/text.c
module_sources_inet := $(wildcard kernel/net/inet/*.c) kernel/fs/text.c
module_sources_inet_lwip := $(wildcard kernel/net/inet_lwip/*.c) $(lwip_sources)
# All of /proc and /sys but for nodes that come with calls, and with them what hardly anything else uses. A kernel with
# sysinfo(2) has its own load.c: load is what was measured since somebody asked there.
module_sources_proc := $(filter-out %/io_total.c,$(wildcard kernel/fs/proc/*.c)) kernel/core/thread/load.c \
	$(patsubst %,kernel/fs/%.c,text parse_int sys_cpu sys_huge_pages \
	$(addprefix proc_,args cpuinfo fd links maps mounts oom partitions random status sys system task user_ns uts))
# A list of accesses is virtio_mmio's alone; the kernel makes its few ones by themselves.
module_sources_virtio_mmio := kernel/drivers/virtio_mmio.c kernel/arch/x86_64/registers.c
module_sources_virtio := $(wildcard kernel/virtio/*.c)
module_sources = $(strip $(or $(module_sources_$(call name_of,$(1))),\
	$(if $(filter %/$(call name_of,$(1)),$(call dir_of,$(1))),$(wildcard $(call dir_of,$(1))/*.[cS])),\
	$(wildcard $(addprefix $(call dir_of,$(1))/$(call name_of,$(1)),.c /*.[cS]))))
tristate := $(foreach t,$(tristate),$(if $(call module_sources,$(t)),$(t)))
module_objects := $(sort $(foreach t,$(tristate),$(foreach s,$(call module_sources,$(t)),$(call object,$(M),$(s)))))
comma := ,
space := $(subst ,, )
modules := $(foreach t,$(tristate),$(call name_of,$(t))=$(subst $(space),$(comma),$(foreach s,$(call module_sources,$(t)),$(call object,$(M),$(s)))))
define module_rule
$(call object,$(M),$(1)): $(1)
	$(Q)$$(CC) $$(MODULE_CFLAGS) $(call lwip_flags,$(1)) -MMD -MP -c -o $$@ $(1) && $$(core_names) $$@
endef
$(foreach s,$(sort kernel/kit/module.c $(foreach t,$(tristate),$(call module_sources,$(t)))),$(eval $(call module_rule,$(s))))
# Their loader is a file of the image as well; the image builder binds it to the kernel.
# It has what it uses of the dynamic linker itself: kernels for static programs have none.
loader_sources := $(sort $(wildcard kernel/modules/loader/*.c)) $(addprefix kernel/elf/,error.c lookup.c module.c)
$(foreach s,$(loader_sources),$(eval $(call module_rule,$(s))))
loader_objects := $(foreach s,$(loader_sources),$(call object,$(M),$(s)))
MODULE_OBJECT := $(call object,$(M),kernel/kit/module.c)
$(loader_objects): MODULE_CFLAGS += -fvisibility=hidden
$(MODULE_OBJECT) $(module_objects) $(loader_objects): kernel/kit/kit.mk kernel/kit/flags.mk $(CORE_SYMS) | $(M)
lwip_users := $(lwip_sources) $(wildcard kernel/net/inet_lwip/*.c)
$(foreach d,$(O) $(M),$(foreach s,$(lwip_users),$(call object,$(d),$(s)))): build/lwip/unpacked

# `sources` files make an archive new when a source file goes away.
$(MARKED)/libkernel.a: $(kernel_objects) $(O)/sources | $(MARKED)
	$(Q)rm -f $@.tmp && $(AR) rcsD $@.tmp $(kernel_objects) && mv $@.tmp $@
$(MARKED)/libglue.a: $(glue_objects) $(G)/sources | $(MARKED)
	$(Q)rm -f $@.tmp && $(AR) rcsD $@.tmp $(glue_objects) build/obj/musl/stdio-printf_floats.o && mv $@.tmp $@

write_if_changed = $(shell mkdir -p $(dir $(1)) && echo '$(2)' | cmp -s - $(1) || echo '$(2)' > $(1))
$(call write_if_changed,$(O)/sources,$(kernel_sources) $(interfaces) $(modules))
$(call write_if_changed,$(G)/sources,$(glue_sources))
$(call write_if_changed,$(O)/protector,$(PROTECTOR))
$(kernel_objects) $(module_objects) $(loader_objects): $(O)/protector
$(O)/sources $(G)/sources $(O)/protector:

# --- musl: a nested make, entered only when something of it changed --------
build/musl/unpacked: kernel/kit/fetch.sh kernel/musl/musl.version
	@echo "fetching the source of musl"
	$(Q)t=$$(kernel/kit/fetch.sh musl build/musl) && rm -rf $(MUSL) && tar -xzf $$t -C build/musl --no-same-owner && touch $@
# The folders too, whose times tell that a file is gone.
$(MARKED)/libc.a $(MARKED)/libfast.a &: build/musl/unpacked $(shell find kernel/musl) kernel/kit/flags.mk | $(MARKED)
	$(Q)$(MAKE) -s -f kernel/musl/musl.mk && touch $(MARKED)/libc.a $(MARKED)/libfast.a

# --- what is made from the archives ----------------------------------------
# System calls that the kernel does not implement: each says so and answers ENOSYS. Beside them what a tracer captures.
MKKIT := build/mkkit
$(MKKIT): $(wildcard kernel/kit/mkkit/*.go linker/*.go linker/elflink/*.go symbols/*.go manifest/*.go internal/*/*.go) go.mod
	$(Q)go build -o $@ ./kernel/kit/mkkit
marked := $(addprefix $(MARKED)/,libkernel.a libglue.a libc.a libfast.a)
others := $(absent_objects) $(module_objects) $(loader_objects) $(MODULE_OBJECT)
$(KIT)/libkernel.a $(KIT)/libglue.a $(KIT)/libc.a $(KIT)/libfast.a &: $(marked) $(others) $(MKKIT) $(shell find exported_symbols -name '*.symbols') | $(KIT)
	$(Q)$(MKKIT) unmark -exported exported_symbols -others '$(others)' -o $(KIT) $(marked)
$(KIT)/libnosys.a: $(KIT)/libkernel.a $(MKKIT) $(KIT)/libc.a
	$(Q)$(MKKIT) nosys -kernel $(KIT)/libkernel.a -syscalls $(MUSL)/arch/x86_64/bits/syscall.h.in > $(O)/nosys.c
	$(Q)$(CC) $(KERNEL_CFLAGS) -c -o $(O)/nosys.o $(O)/nosys.c
	$(Q)$(MKKIT) trace > $(O)/trace_specs.c && $(CC) $(KERNEL_CFLAGS) -Ikernel -c -o $(O)/trace_specs.o $(O)/trace_specs.c && $(core_names) $(O)/trace_specs.o
	$(Q)rm -f $@.tmp && $(AR) rcsD $@.tmp $(O)/nosys.o $(O)/trace_specs.o && mv $@.tmp $@
# The compiler's own helpers (complex multiplication, 128-bit division).
$(KIT)/libgcc.a: $(shell $(CC) -print-libgcc-file-name) | $(KIT)
	$(Q)cp $< $@
# The UEFI loader of disk images: a program of its own that uk image puts into
# a PE file. No red zone: the firmware's interrupts use its stack.
U := build/obj/uefi
UEFI_CFLAGS := -m64 -fPIE -fvisibility=hidden -std=gnu11 -Os -ffreestanding -nostdinc -isystem $(GCC_INCLUDE) -Ikernel/include \
	-mgeneral-regs-only -mno-red-zone -fno-strict-aliasing -fno-stack-protector -fno-tree-loop-distribute-patterns \
	-fno-asynchronous-unwind-tables -fno-unwind-tables -fcf-protection=none -pipe -Wall -Wextra -Wno-sign-compare
uefi_objects := $(patsubst kernel/uefi/%,$(U)/%.o,$(sort $(wildcard kernel/uefi/*.c kernel/uefi/*.S)))
$(uefi_objects): $(U)/%.o: kernel/uefi/% kernel/kit/kit.mk | $(U)
	$(Q)$(CC) $(UEFI_CFLAGS) -MMD -MP -c -o $@ $<
$(KIT)/uefi.elf: $(uefi_objects) kernel/uefi/uefi.ld | $(KIT)
	$(Q)ld -m elf_x86_64 -nostdlib -pie --no-dynamic-linker -z text -z noexecstack --build-id=none -s -T kernel/uefi/uefi.ld -o $@ $(uefi_objects)
profiles := $(wildcard kernel/profiles/*.conf)
$(KIT)/profiles/%.conf: kernel/profiles/%.conf | $(KIT)/profiles
	$(Q)cp $< $@
# The fingerprint is over everything; then come the modules and libalways.a, which carry it.
$(KIT)/kit.json $(KIT)/libalways.a &: $(KIT)/libkernel.a $(KIT)/libglue.a $(KIT)/libc.a $(KIT)/libnosys.a $(KIT)/libgcc.a $(KIT)/libfast.a $(KIT)/uefi.elf \
		$(profiles:kernel/%=$(KIT)/%) $(shell find kernel -name '*.kconfig') kernel/kit/floors $(MKKIT) kernel/musl/musl.version kernel/lwip/lwip.version \
		$(absent_objects) $(module_objects) $(loader_objects) $(MODULE_OBJECT) $(KIT)/module.ld $(KIT)/loader.ld $(O)/sources
	$(Q)$(MKKIT) json -kit $(KIT) -kernel kernel -compiler "$$($(CC) --version | head -n 1)" -cc $(CC) \
		-absent '$(absent_objects)' -module-object $(MODULE_OBJECT) -modules '$(modules)' -loader '$(loader_objects)' -o $(KIT)/kit.json
$(KIT)/module.ld $(KIT)/loader.ld: $(KIT)/%.ld: kernel/kit/%.ld | $(KIT)
	$(Q)cp $< $@

$(O) $(G) $(U) $(M) $(V) $(MARKED) $(KIT) $(KIT)/profiles:
	$(Q)mkdir -p $@

-include $(wildcard $(O)/*.d $(G)/*.d $(U)/*.d $(M)/*.d $(V)/*.d)
include kernel/kit/lockcheck.mk
