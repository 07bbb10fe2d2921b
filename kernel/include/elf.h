/* ELF64 as in the System V ABI (gABI chapters 4 and 5; x86-64 psABI 1.0
 * chapters 4 and 5; GNU extensions as in binutils). */
#ifndef ELF_H
#define ELF_H

#include "types.h"

struct elf_ehdr {
	u8 ident[16];
	u16 type, machine;
	u32 version;
	u64 entry, phoff, shoff;
	u32 flags;
	u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
_Static_assert(sizeof(struct elf_ehdr) == 64, "Elf64_Ehdr");

#define ET_EXEC 2
#define ET_DYN 3
#define EM_X86_64 62
#define ELFCLASS64 2
#define ELFDATA2LSB 1

struct elf_phdr {
	u32 type, flags;
	u64 offset, vaddr, paddr, filesz, memsz, align;
};
_Static_assert(sizeof(struct elf_phdr) == 56, "Elf64_Phdr");

#define PT_LOAD 1
#define PT_DYNAMIC 2
#define PT_INTERP 3
#define PT_NOTE 4
#define PT_PHDR 6
#define PT_TLS 7
#define PT_GNU_EH_FRAME 0x6474e550
#define PT_GNU_STACK 0x6474e551
#define PT_GNU_RELRO 0x6474e552
#define PF_X 1
#define PF_W 2
#define PF_R 4

struct elf_dyn {
	s64 tag;
	u64 val;
};

#define DT_NULL 0
#define DT_NEEDED 1
#define DT_PLTRELSZ 2
#define DT_HASH 4
#define DT_STRTAB 5
#define DT_SYMTAB 6
#define DT_RELA 7
#define DT_RELASZ 8
#define DT_RELAENT 9
#define DT_STRSZ 10
#define DT_SYMENT 11
#define DT_INIT 12
#define DT_FINI 13
#define DT_SONAME 14
#define DT_RPATH 15
#define DT_SYMBOLIC 16
#define DT_REL 17
#define DT_PLTREL 20
#define DT_DEBUG 21
#define DT_TEXTREL 22
#define DT_JMPREL 23
#define DT_INIT_ARRAY 25
#define DT_FINI_ARRAY 26
#define DT_INIT_ARRAYSZ 27
#define DT_FINI_ARRAYSZ 28
#define DT_RUNPATH 29
#define DT_FLAGS 30
#define DT_PREINIT_ARRAY 32
#define DT_PREINIT_ARRAYSZ 33
#define DT_RELRSZ 35
#define DT_RELR 36
#define DT_RELRENT 37
#define DT_COUNT 38		/* tags below are kept in an array */
#define DT_GNU_HASH 0x6ffffef5
#define DT_VERSYM 0x6ffffff0
#define DT_FLAGS_1 0x6ffffffb
#define DT_VERDEF 0x6ffffffc
#define DT_VERDEFNUM 0x6ffffffd
#define DT_VERNEED 0x6ffffffe
#define DT_VERNEEDNUM 0x6fffffff
#define DT_AUXILIARY 0x7ffffffd
#define DT_FILTER 0x7fffffff

#define DF_SYMBOLIC 2
#define DF_TEXTREL 4
#define DF_STATIC_TLS 16
#define DF_1_NODELETE 8
#define DF_1_INITFIRST 0x20
#define DF_1_PIE 0x08000000

struct elf_sym {
	u32 name;
	u8 info, other;
	u16 shndx;
	u64 value, size;
};
_Static_assert(sizeof(struct elf_sym) == 24, "Elf64_Sym");

#define SYM_BIND(s) ((s)->info >> 4)
#define SYM_TYPE(s) ((s)->info & 15)
#define SYM_VISIBILITY(s) ((s)->other & 3)
#define SHN_UNDEF 0
#define SHN_ABS 0xfff1
#define STB_LOCAL 0
#define STB_GLOBAL 1
#define STB_WEAK 2
#define STB_GNU_UNIQUE 10
#define STT_NOTYPE 0
#define STT_OBJECT 1
#define STT_FUNC 2
#define STT_COMMON 5
#define STT_TLS 6
#define STT_GNU_IFUNC 10
#define STV_DEFAULT 0
#define STV_INTERNAL 1
#define STV_HIDDEN 2
#define STV_PROTECTED 3

struct elf_rela {
	u64 offset, info;
	s64 addend;
};
#define RELA_SYM(r) ((u32)((r)->info >> 32))
#define RELA_TYPE(r) ((u32)(r)->info)

#define R_X86_64_NONE 0
#define R_X86_64_64 1
#define R_X86_64_PC32 2
#define R_X86_64_COPY 5
#define R_X86_64_GLOB_DAT 6
#define R_X86_64_JUMP_SLOT 7
#define R_X86_64_RELATIVE 8
#define R_X86_64_32 10
#define R_X86_64_32S 11
#define R_X86_64_DTPMOD64 16
#define R_X86_64_DTPOFF64 17
#define R_X86_64_TPOFF64 18
#define R_X86_64_PC64 24
#define R_X86_64_SIZE32 32
#define R_X86_64_SIZE64 33
#define R_X86_64_TLSDESC 36
#define R_X86_64_IRELATIVE 37

/* Symbol versions (LSB core, "Symbol Versioning"). */
struct elf_verneed {
	u16 version, cnt;
	u32 file, aux, next;
};
struct elf_vernaux {
	u32 hash;
	u16 flags, other;
	u32 name, next;
};
struct elf_verdef {
	u16 version, flags, ndx, cnt;
	u32 hash, aux, next;
};
struct elf_verdaux {
	u32 name, next;
};
#define VER_FLG_BASE 1
#define VER_HIDDEN 0x8000

#endif
