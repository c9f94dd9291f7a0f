/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the kernel's source has as macros, and other texts may well have as functions of their own. */
#ifndef SKEP_MACROS_H
#define SKEP_MACROS_H

#define min(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) skep_a = (a);                                                        \
		__typeof__(b) skep_b = (b);                                                        \
		skep_a < skep_b ? skep_a : skep_b;                                                 \
	})
#define max(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) skep_a = (a);                                                        \
		__typeof__(b) skep_b = (b);                                                        \
		skep_a > skep_b ? skep_a : skep_b;                                                 \
	})
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define ip_is_fragment(header) (((header)->frag_off & skep_net16(0x2000 | 0x1fff)) != 0)
#define div64_u64(dividend, divisor)                                                               \
	((unsigned long long)(dividend) / (unsigned long long)(divisor))
#define clamp(value, low, high) min((__typeof__(value))max(value, low), high)

/* Bits of the type of service that mark congestion, RFC 3168. */
#define INET_ECN_NOT_ECT 0
#define INET_ECN_ECT_1 1
#define INET_ECN_ECT_0 2
#define INET_ECN_CE 3
#define INET_ECN_MASK 3

/* As many CPUs as the smallest usual configuration of a server provides for. */
#define NR_CPUS 64

#endif
