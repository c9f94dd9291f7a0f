/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Names that texts written inside the kernel's source use without including anything for them. It
 * stands before the text, and takes no name that is a macro already.
 */
#ifndef SKEP_KERNEL_H
#define SKEP_KERNEL_H

/* A text that includes vmlinux.h later on has the types from there. */
#if !defined(__VMLINUX_H__) && !defined(SKEP_VMLINUX_FOLLOWS)
#include <linux/types.h>
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;
#ifndef bool
#define bool _Bool
#define true 1
#define false 0
#endif
#endif

#include "kernel/bpf_legacy.h"

#ifndef NULL
#define NULL ((void *)0)
#endif
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#ifndef __maybe_unused
#define __maybe_unused __attribute__((unused))
#endif
#ifndef __packed
#define __packed __attribute__((packed))
#endif
#ifndef __aligned
#define __aligned(n) __attribute__((aligned(n)))
#endif
/* Marks for the kernel's own checker. */
#ifndef __force
#define __force
#endif
#ifndef __user
#define __user
#endif
#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif
#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
#ifndef container_of
#define container_of(pointer, type, member)                                                        \
	((type *)((void *)(pointer) - __builtin_offsetof(type, member)))
#endif
#ifndef READ_ONCE
#define READ_ONCE(x) (*(volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value) ((*(volatile typeof(x) *)&(x)) = (value))
#endif
#ifndef __stringify
#define __stringify_1(x...) #x
#define __stringify(x...) __stringify_1(x)
#endif
#ifndef BIT
#define BIT(n) (1UL << (n))
#endif
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))
#endif
/* Where vmlinux.h stands in for the C library, these have no declaration. */
#ifdef __VMLINUX_H__
#ifndef memcpy
#define memcpy(to, from, n) __builtin_memcpy(to, from, n)
#define memmove(to, from, n) __builtin_memmove(to, from, n)
#define memset(to, c, n) __builtin_memset(to, c, n)
#endif
#ifndef htons
#define htons(x) skep_net16(x)
#define ntohs(x) skep_net16(x)
#define htonl(x) skep_net32(x)
#define ntohl(x) skep_net32(x)
#endif
#ifndef cpu_to_be16
#define cpu_to_be16(x) skep_net16(x)
#define be16_to_cpu(x) skep_net16(x)
#define cpu_to_be32(x) skep_net32(x)
#define be32_to_cpu(x) skep_net32(x)
#define __cpu_to_be16(x) skep_net16(x)
#define __be16_to_cpu(x) skep_net16(x)
#define __cpu_to_be32(x) skep_net32(x)
#define __be32_to_cpu(x) skep_net32(x)
#endif
#ifndef ___constant_swab32
#define ___constant_swab16(x) __builtin_bswap16(x)
#define ___constant_swab32(x) __builtin_bswap32(x)
#define ___constant_swab64(x) __builtin_bswap64(x)
#endif

/* Constants of headers that are not installed: include/net and include/linux. */
#ifndef SOL_IP
#define SOL_IP 0
#endif
#ifndef SOL_TCP
#define SOL_TCP 6
#define SOL_UDP 17
#endif
#ifndef SOL_IPV6
#define SOL_IPV6 41
#endif
#ifndef NEXTHDR_TCP
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
#endif
#ifndef IP_MF
#define IP_CE 0x8000
#define IP_DF 0x4000
#define IP_MF 0x2000
#define IP_OFFSET 0x1fff
#endif
#endif

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define skep_net16(x) __builtin_bswap16(x)
#define skep_net32(x) __builtin_bswap32(x)
#else
#define skep_net16(x) (x)
#define skep_net32(x) (x)
#endif
#ifndef __constant_htons
#define __constant_htons(x) skep_net16(x)
#define __constant_ntohs(x) skep_net16(x)
#define __constant_htonl(x) skep_net32(x)
#define __constant_ntohl(x) skep_net32(x)
#endif

#endif
