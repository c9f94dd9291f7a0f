/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What older texts expect in a header of this name: instructions that read a packet. */
#ifndef SKEP_BPF_LEGACY_H
#define SKEP_BPF_LEGACY_H

unsigned long long load_byte(void *skb, unsigned long long off) __asm__("llvm.bpf.load.byte");
unsigned long long load_half(void *skb, unsigned long long off) __asm__("llvm.bpf.load.half");
unsigned long long load_word(void *skb, unsigned long long off) __asm__("llvm.bpf.load.word");

/* Types of a map's key and value, said beside a map of the old form. */
#ifndef BPF_ANNOTATE_KV_PAIR
#define BPF_ANNOTATE_KV_PAIR(name, type_key, type_val)                                             \
	struct ____btf_map_##name {                                                                \
		type_key key;                                                                      \
		type_val value;                                                                    \
	};                                                                                         \
	struct ____btf_map_##name                                                                  \
		__attribute__((section(".maps." #name), used)) ____btf_map_##name = {}
#endif

#endif
