# Builds $(MARKED)/libc.a from musl's source ($(MUSL)) and our overlay.
#
# The overlay (this folder) shadows musl by path: its include folders come
# first, and src/DIR/NAME.{c,S} here takes the place of every musl file that
# would make DIR/NAME.o. musl's own dynamic linker is left out: the kernel has
# one. Run by kernel/kit/kit.mk, from the top folder.
include kernel/kit/flags.mk
.DELETE_ON_ERROR:

all: $(MARKED)/libc.a $(MARKED)/libfast.a

OVERLAY := kernel/musl
GCC_INCLUDE := $(shell $(CC) -print-file-name=include)
O := build/obj/musl
GEN := build/obj/musl-gen

MUSL_CFLAGS := $(TARGET_CFLAGS) -std=c99 -nostdinc -ffreestanding -fexcess-precision=standard \
	-frounding-math -fno-strict-aliasing -w -D_XOPEN_SOURCE=700 \
	-I$(OVERLAY)/arch/x86_64 -I$(MUSL)/arch/x86_64 -I$(MUSL)/arch/generic \
	-I$(GEN)/internal -I$(OVERLAY)/src/include -I$(MUSL)/src/include -I$(OVERLAY)/src/internal -I$(MUSL)/src/internal \
	-I$(GEN)/include -I$(MUSL)/include

# Small by default; fast where time is spent.
# With passes left out that even -Oz runs and that make this code larger, as in kernel/kit/kit.mk: 400 bytes of 13,000.
OPT := -Oz -fno-move-loop-invariants -fno-jump-tables -fno-caller-saves -fno-tree-dominator-opts -fno-expensive-optimizations \
	-fno-forward-propagate -fno-if-conversion -fno-code-hoisting -fno-inline-small-functions
FAST_DIRS := string vector heap stacks malloc math thread complex fenv
# Of these folders, what ends in a call of the kernel anyway, waits for memory, or has a faster form in libfast.a.
SMALL := string/memchr $(addprefix thread/,pthread_create pthread_cond_timedwait pthread_cancel pthread_key_create pthread_getattr_np __timedwait \
	pthread_rwlock_timedrdlock pthread_rwlock_timedwrlock pthread_rwlock_unlock pthread_mutex_timedlock pthread_mutex_trylock \
	pthread_mutex_unlock __wait __lock vmlock clone)
# Locks and the allocator wait for memory, not for the first bytes of their code: they need no alignment.
PACKED := thread malloc
packed = $(if $(filter $(PACKED),$(patsubst %/,%,$(dir $(1)))),-fno-align-functions -fno-align-jumps -fno-align-loops)
# Reading floating point.
FAST_FILES := internal/floatscan internal/shgetc
opt = $(if $(filter $(FAST_FILES),$(1)),-O2,$(if $(filter $(FAST_DIRS),$(patsubst %/,%,$(dir $(1)))),$(if $(filter $(SMALL),$(1)),$(OPT),-O2 $(packed)),$(OPT)))

# The kernel core calls these, where no vector register may be touched.
CORE := string/memcpy string/memmove string/memset string/memcmp string/strlen string/strcmp string/strncmp

# Their names there (kernel/kit/core.syms). What a program calls by the common names may be made of vectors, which have
# the public name where they are linked: so musl's own is weak, like everything that src/vector defines as well.
core_section = $(if $(wildcard $(MUSL)/src/string/x86_64/$(1).s $(OVERLAY)/src/string/$(1).S),.text,.text.$(1))
core_name = --add-symbol uk_core_$(1)=$(call core_section,$(1)):0,global,function
CORE_NAMED := $(notdir $(CORE)) memmem

# --- Which source makes which object -------------------------------------
LEFT_OUT := ldso/__dlsym ldso/dlerror ldso/dlclose ldso/dlinfo ldso/dlopen ldso/dlsym ldso/dladdr ldso/dl_iterate_phdr ldso/dlerror \
	ldso/tlsdesc thread/syscall_cp thread/__tls_get_addr env/__libc_start_main
base := $(wildcard $(MUSL)/src/*/*.c $(MUSL)/src/malloc/mallocng/*.c)
arch := $(wildcard $(MUSL)/src/*/x86_64/*.[csS])
over := $(wildcard $(OVERLAY)/src/*/*.[cS])
name_of_base = $(basename $(patsubst $(MUSL)/src/%,%,$(1)))
name_of_arch = $(subst /x86_64/,/,$(basename $(patsubst $(MUSL)/src/%,%,$(1))))
name_of_over = $(basename $(patsubst $(OVERLAY)/src/%,%,$(1)))
over_names := $(call name_of_over,$(over)) $(LEFT_OUT)
arch_use := $(foreach f,$(arch),$(if $(filter $(over_names),$(call name_of_arch,$(f))),,$(f)))
arch_names := $(call name_of_arch,$(arch_use))
base_use := $(filter-out $(foreach n,stdio/vfprintf $(over_names) $(arch_names),$(MUSL)/src/$(n).c),$(base))

# Files that touch a variable which a COPY relocation can move.
copyvar_pattern := $(shell sh $(OVERLAY)/copyvar.sh pattern)
copyvar_srcs := $(shell grep -lwE '$(copyvar_pattern)' $(base_use) $(over))
copyvar_names := $(shell sh $(OVERLAY)/copyvar.sh names)

# What src/heap has as well, where it is linked.
HEAP_WEAK := malloc/mallocng/malloc:__libc_malloc_impl malloc/mallocng/malloc:__malloc_allzerop malloc/mallocng/free:__libc_free malloc/mallocng/realloc:__libc_realloc \
	malloc/mallocng/aligned_alloc:aligned_alloc malloc/mallocng/malloc_usable_size:malloc_usable_size

# Vectors: src/vector/*.c that CHOOSE is in are compiled for AVX2 as well (src/vector/vec.h).
vectors := $(basename $(notdir $(shell grep -l '^CHOOSE' $(OVERLAY)/src/vector/*.c)))
vector_public := $(basename $(notdir $(wildcard $(OVERLAY)/src/vector/*.c))) memcpy strchrnul strpbrk stpcpy strcat stpncpy strncpy strncat

# DIR/NAME OLD NEW -> the objcopy options of DIR/NAME.
redefine = $(shell sed -n 's|^$(1) \([^ ]*\) \([^ ]*\)$$|--redefine-sym \1=\2|p' $(OVERLAY)/redefine.txt)
redefined := $(shell sed '/^[\#*]/d; s/ .*//' $(OVERLAY)/redefine.txt)

# Functions that a program may replace: OBJECT:NAME:SECTION. libc's name for it becomes weak and the
# public one is a second symbol at the section's start, so that neither costs a jump (redefine.txt, 4).
REPLACEABLE := malloc/lite_malloc:malloc:default_malloc malloc/calloc:calloc:calloc malloc/realloc:realloc:realloc malloc/free:free:free
second_name = --weaken-symbol $(word 2,$(1)) --add-symbol __public_$(word 2,$(1))=.text.$(word 3,$(1)):0,global,function

# edit/DIR/NAME.sed makes a few changes in musl's DIR/NAME.c.
edited = $(if $(wildcard $(OVERLAY)/edit/$(2).sed),$(GEN)/edit/$(2).c,$(1))
$(GEN)/edit/%.c: $(MUSL)/src/%.c $(OVERLAY)/edit/%.sed
	@mkdir -p $(@D) && sed -E -f $(OVERLAY)/edit/$*.sed $< > $@
# The list that an older build left of an object's sources may name the copy of a file that is edited no more: without
# the copy the object is made again.
$(GEN)/edit/%.c: ;
edits_gone := $(filter-out $(patsubst $(OVERLAY)/edit/%.sed,$(GEN)/edit/%.c,$(wildcard $(OVERLAY)/edit/*/*.sed)),$(wildcard $(GEN)/edit/*/*.c))
$(if $(edits_gone),$(shell rm $(edits_gone)))

objects :=
# $(1) source, $(2) DIR/NAME
define rule
objects += $(O)/$(subst /,-,$(2)).o
$(O)/$(subst /,-,$(2)).o: $(call edited,$(1),$(2))
	$$(if $$(V),,@)$(if $(filter $(1),$(copyvar_srcs)),\
	$$(CC) $$(MUSL_CFLAGS) $(OPT) -fPIC -I$(dir $(1)) -MMD -MP -MT $$@ -MF $$(@:.o=.d) -S -o - $(call edited,$(1),$(2)) | sed -E -f $$(GEN)/copyvar.sed | $$(CC) $$(AS_FLAGS) -c -x assembler -o $$@ -,\
	$(if $(filter %.s,$(1)),awk -f $(OVERLAY)/endbr.awk $(1) | $$(CC) $$(AS_FLAGS) -c -x assembler -o $$@ -,$$(CC) $$(MUSL_CFLAGS) $(if $(filter $(CORE),$(2)),-O2 -mgeneral-regs-only,$(call opt,$(2))) -MMD -MP $(if $(filter $(GEN)/%,$(call edited,$(1),$(2))),-I$(dir $(1))) -c -o $$@ $(call edited,$(1),$(2))))
	$(if $(filter $(redefined),$(2)),$$(if $$(V),,@)objcopy $(call redefine,$(2)) $$@)
	$(if $(filter $(addprefix string/,$(vector_public) $(notdir $(CORE))),$(2)),$$(if $$(V),,@)objcopy --weaken-symbol $(notdir $(2)) $(if $(filter $(CORE_NAMED),$(notdir $(2))),$(call core_name,$(notdir $(2)))) $$@)
	$(if $(filter $(2):%,$(HEAP_WEAK)),$$(if $$(V),,@)objcopy $(patsubst $(2):%,--weaken-symbol %,$(filter $(2):%,$(HEAP_WEAK))) $$@)
	$(foreach r,$(filter $(2):%,$(REPLACEABLE)),$$(if $$(V),,@)objcopy $(call second_name,$(subst :, ,$(r))) $$@)
endef
$(foreach f,$(base_use),$(eval $(call rule,$(f),$(call name_of_base,$(f)))))
$(foreach f,$(arch_use),$(eval $(call rule,$(f),$(call name_of_arch,$(f)))))
$(foreach f,$(over),$(eval $(call rule,$(f),$(call name_of_over,$(f)))))

$(O)/vector-%.o: MUSL_CFLAGS += -D_GNU_SOURCE -Werror=implicit-function-declaration -isystem $(GCC_INCLUDE)
define vector_rule
objects += $(O)/vector-$(1)_avx2.o
$(O)/vector-$(1)_avx2.o: $(OVERLAY)/src/vector/$(1).c
	$$(if $$(V),,@)$$(CC) $$(MUSL_CFLAGS) -O2 -mavx2 -MMD -MP -c -o $$@ $$<
endef
$(foreach f,$(vectors),$(eval $(call vector_rule,$(f))))

define cell
objects += $(O)/copyvar-$(1).o
$(O)/copyvar-$(1).o: $(OVERLAY)/copyvar.sh $(OVERLAY)/copyvars.txt
	$$(if $$(V),,@)sh $(OVERLAY)/copyvar.sh cell $(1) | $$(CC) $$(AS_FLAGS) -c -x assembler -o $$@ -
endef
$(foreach n,$(copyvar_names),$(eval $(call cell,$(n))))

# printf's floating point, uk_fmt_fp, is an object of its own, so that it can be left out (glue's
# printf_float.c stands in): musl's vfprintf.c is compiled once without fmt_fp and once for nothing else.
# The object goes into glue's archive: there the stand-in comes first.
FLOATS := $(O)/stdio-printf_floats.o
objects += $(O)/stdio-vfprintf.o
VFPRINTF := $(MUSL)/src/stdio/vfprintf.c
floats_split := s/^(static int )fmt_fp(\(.*\))$$/int uk_fmt_fp\2;\n__attribute__((unused)) \1fmt_fp\2/; s/= fmt_fp\(/= uk_fmt_fp(/
$(O)/stdio-vfprintf.o: $(GEN)/edit/stdio/vfprintf.c
	$(if $(V),,@)sed -E '$(floats_split)' $< > $(@:.o=.c) && $(CC) $(MUSL_CFLAGS) -I$(dir $<) $(OPT) -MMD -MP -c -o $@ $(@:.o=.c) && objcopy $(call redefine,stdio/vfprintf) --weaken-symbol vfprintf --add-symbol uk_plain_vfprintf=.text.vfprintf:0,global,function $@
fast_split := s/^(static int printf_core\(.*)\)$$/\1, int cnt)/; s/^\tint cnt=0, l=0;$$/\tint l=0;/; \
	/^int vfprintf\(/,/^}/c\const char uk_fast_printf[1];\n\#include "printf_plain.h"
# The same for speed, for programs that print more than the simplest do (symbols/fast.go).
objects += $(O)/fast-vfprintf.o
$(O)/fast-vfprintf.o: $(GEN)/edit/stdio/vfprintf.c
	$(if $(V),,@)sed -E '$(floats_split); $(fast_split)' $< > $(@:.o=.c) && $(CC) $(MUSL_CFLAGS) -I$(dir $(VFPRINTF)) -O2 -MMD -MP -c -o $@ $(@:.o=.c) && objcopy $(call redefine,stdio/vfprintf) $@
$(FLOATS): $(VFPRINTF) $(OVERLAY)/edit/stdio/printf_floats.sed
	$(if $(V),,@)sed -E -f $(OVERLAY)/edit/stdio/printf_floats.sed $< | sed 's/^static int fmt_fp(/const char uk_printf_floats[1];\nint uk_fmt_fp(/; s/= fmt_fp(/= uk_fmt_fp(/; s/strerror(errno)/(char *)0/' > $(@:.o=.c) && \
	$(CC) $(MUSL_CFLAGS) -I$(dir $<) -O2 -MMD -MP -c -o $@ $(@:.o=.c) && objcopy --keep-global-symbol=uk_fmt_fp --keep-global-symbol=uk_printf_floats $@

# Functions that glibc has for processors with FMA as well: the same source, contracted (src/math/*_either.c).
FMA := exp log log2 pow
define fma_rule
$(O)/math-$(1).o: MUSL_CFLAGS += -D$(1)=uk_$(1)_base
objects += $(O)/math-$(1)_fma.o
$(O)/math-$(1)_fma.o: $(MUSL)/src/math/$(1).c
	$$(if $$(V),,@)$$(CC) $$(MUSL_CFLAGS) -D$(1)=uk_$(1)_fma -O2 -mfma -mavx2 -ffp-contract=fast -MMD -MP -c -o $$@ $$<
endef
$(foreach f,$(FMA),$(eval $(call fma_rule,$(f))))

# Only objects that a line of redefine.txt names depend on it.
$(foreach n,$(redefined),$(O)/$(subst /,-,$(n)).o): $(OVERLAY)/redefine.txt

generated := $(GEN)/include/bits/alltypes.h $(GEN)/include/bits/syscall.h $(GEN)/internal/version.h \
	$(GEN)/internal/uk_sysent.h $(GEN)/copyvar.sed $(GEN)/public.sed

# What of libc an image has only if its program reaches it by name: behind all other archives, so that it never stands in
# for libc's own by chance.
fast_objects := $(filter $(O)/vector-% $(O)/heap-% $(O)/stacks-% $(O)/fast-%,$(objects))
$(MARKED)/libc.a: $(filter-out $(fast_objects),$(objects)) $(FLOATS)
$(MARKED)/libfast.a: $(fast_objects)
$(MARKED)/libc.a $(MARKED)/libfast.a: $(GEN)/redefine.syms
	@rm -f $@.tmp && $(AR) rcsD $@.tmp $(sort $(filter-out $(FLOATS),$(filter %.o,$^))) && objcopy -D --redefine-syms=$(GEN)/redefine.syms $@.tmp && mv $@.tmp $@

$(objects) $(FLOATS): $(generated) $(wildcard $(OVERLAY)/src/internal/*.h $(OVERLAY)/arch/x86_64/*.h) kernel/kit/flags.mk $(OVERLAY)/musl.mk $(OVERLAY)/copyvars.txt | $(O)
$(O) $(GEN)/include/bits $(GEN)/internal $(MARKED):
	@mkdir -p $@
$(generated): $(OVERLAY)/musl.mk | $(GEN)/include/bits $(GEN)/internal $(MARKED)
$(GEN)/include/bits/alltypes.h:
	@sed -f $(MUSL)/tools/mkalltypes.sed $(MUSL)/arch/x86_64/bits/alltypes.h.in $(MUSL)/include/alltypes.h.in > $@
$(GEN)/include/bits/syscall.h:
	@sed -n 'p; s/__NR_/SYS_/p' $(MUSL)/arch/x86_64/bits/syscall.h.in > $@
$(GEN)/internal/version.h:
	@printf '#define VERSION "%s"\n' "$$(cat $(MUSL)/VERSION)" > $@
$(GEN)/internal/uk_sysent.h: $(OVERLAY)/sysent.sh
	@sh $(OVERLAY)/sysent.sh $(MUSL)/arch/x86_64/bits/syscall.h.in > $@
$(GEN)/redefine.syms: $(OVERLAY)/redefine.txt | $(GEN)/internal
	@sed -n 's/^\* //p' $< > $@
$(GEN)/copyvar.sed: $(OVERLAY)/copyvar.sh $(OVERLAY)/copyvars.txt | $(GEN)/internal
	@sh $(OVERLAY)/copyvar.sh sedscript > $@

# For glue: musl's headers say hidden of names that redefine.txt makes public ones, and one such reference
# would make the name hidden in the whole kernel.
$(GEN)/public.sed: $(OVERLAY)/redefine.txt | $(GEN)/internal
	@sed -n 's/^\* \(__[^ ]*\) .*/\/^\t\\.hidden\t\1$$\/d/p' $< > $@

-include $(wildcard $(O)/*.d)
