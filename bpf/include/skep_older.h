/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Types that older kernels had and newer ones lost, for texts that serve both: they ask whether the
 * running kernel has the type before they use it. Included after vmlinux.h.
 */
#ifndef SKEP_OLDER_H
#define SKEP_OLDER_H

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* The record of tcp:tcp_retransmit_skb and tcp:tcp_send_reset before Linux 6.9. */
struct trace_event_raw_tcp_event_sk_skb {
	struct trace_entry ent;
	const void *skbaddr;
	const void *skaddr;
	int state;
	__u16 sport;
	__u16 dport;
	__u16 family;
	__u8 saddr[4];
	__u8 daddr[4];
	__u8 saddr_v6[16];
	__u8 daddr_v6[16];
	char __data[0];
};

#pragma clang attribute pop

#endif
