/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Names of the kernel's and the C library's headers that are not installed or of no use to a BPF
 * program. A cell gets those that it uses. memcpy and the like are inline: BPF has no C library.
 */
#ifndef SKEP_CONSTANTS_H
#define SKEP_CONSTANTS_H

#define memcpy(to, from, n) __builtin_memcpy(to, from, n)
#define memmove(to, from, n) __builtin_memmove(to, from, n)
#define memset(to, c, n) __builtin_memset(to, c, n)
#define memcmp(a, b, n)                                                                            \
	({                                                                                         \
		const unsigned char *skep_a = (const void *)(a), *skep_b = (const void *)(b);      \
		int skep_order = 0;                                                                \
		for (unsigned long skep_i = 0; skep_i < (n) && !skep_order; skep_i++)              \
			skep_order = skep_a[skep_i] - skep_b[skep_i];                              \
		skep_order;                                                                        \
	})

/* include/linux and include/net */
#define SOL_IP 0
#define SOL_TCP 6
#define SOL_UDP 17
#define SOL_IPV6 41
#define NEXTHDR_HOP 0
#define NEXTHDR_TCP 6
#define NEXTHDR_UDP 17
#define NEXTHDR_IPV6 41
#define NEXTHDR_ROUTING 43
#define NEXTHDR_FRAGMENT 44
#define NEXTHDR_GRE 47
#define NEXTHDR_ESP 50
#define NEXTHDR_AUTH 51
#define NEXTHDR_ICMP 58
#define NEXTHDR_NONE 59
#define NEXTHDR_DEST 60
#define IP_CE 0x8000
#define IP_DF 0x4000
#define IP_MF 0x2000
#define IP_OFFSET 0x1fff

#endif
