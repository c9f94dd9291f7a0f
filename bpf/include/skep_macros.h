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
#define clamp(value, low, high) min((__typeof__(value))max(value, low), high)

#endif
