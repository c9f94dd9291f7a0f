/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a BPF program may say to Skep: the meaning of a member, and what it could not record.
 *
 * A cell that includes nothing has this already. Elsewhere include it after vmlinux.h; without
 * vmlinux.h it brings the types of linux/bpf.h. Objects made with it need nothing of Skep to run.
 */
#ifndef SKEP_H
#define SKEP_H

#ifndef __VMLINUX_H__
#include <linux/types.h>
#include <linux/bpf.h>
#ifndef SKEP_NO_TYPES
/* The names that vmlinux.h has; a text with other types of these names defines SKEP_NO_TYPES. */
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;
#endif
#endif
#include <bpf/bpf_helpers.h>
#include <skep_newer.h>

/*
 * Markers. They stand behind a member's name and say what its value means; tables show the meaning
 * and keep the value. What is in network order may also have been assigned to a wider number, as by
 * u32 port = tcp->dest.
 *
 *	struct answer {
 *		u64 took skep_ns;
 *		u32 from skep_ipv4;
 *		u16 port skep_port;
 *	};
 */
#define skep_marker(what) __attribute__((btf_decl_tag("skep:" what)))

#define skep_ns skep_marker("ns")	    /* a duration in nanoseconds */
#define skep_time skep_marker("time")	    /* a moment: bpf_ktime_get_ns() */
#define skep_bytes skep_marker("bytes")	    /* an amount of memory or data */
#define skep_ipv4 skep_marker("ipv4")	    /* in network order, as in packets */
#define skep_ipv6 skep_marker("ipv6")	    /* 16 bytes in network order */
#define skep_mac skep_marker("mac")	    /* 6 bytes */
#define skep_port skep_marker("port")	    /* in network order, as in packets */
#define skep_ksym skep_marker("ksym")	    /* an address in the kernel */
#define skep_kstack skep_marker("kstack")   /* an id of bpf_get_stackid() */
#define skep_ustack skep_marker("ustack")   /* one with BPF_F_USER_STACK */
#define skep_errno skep_marker("errno")	    /* an error number, of either sign */
#define skep_signal skep_marker("signal")   /* a signal's number */
#define skep_syscall skep_marker("syscall") /* a system call's number */
#define skep_cgroup skep_marker("cgroup")   /* an id of a cgroup */
#define skep_dev skep_marker("dev")	    /* a device's number, as the kernel keeps it */
#define skep_ifindex skep_marker("ifindex") /* a network interface's number */
#define skep_hex skep_marker("hex")	    /* in hexadecimal; of a char[] all bytes */

/*
 * Behind a whole struct: it is what a ring or perf buffer carries. Needed only where Skep cannot see
 * what is sent, as in objects that others compiled.
 *
 *	struct event {
 *		...
 *	} skep_record;
 */
#define skep_record skep_marker("record")

/* Notes, in a section that nobody loads, that events of this type go into a ring. */
#ifndef SKEP_SENDS
#define SKEP_SENDS(ring, event)                                                                    \
	static __typeof__(((void)0, (event))) skep_sends                                           \
		__attribute__((section(".skep.records"), used, btf_decl_tag("skep:sends:" ring)))
#endif

/*
 * What a program could not record. A full map refuses keys and a full ring refuses events, and
 * programs that ignore it count too little without anyone knowing. The macros below note each
 * refusal in a data section of its own, with the name of the map, where Skep finds it. A refusal
 * costs one atomic addition, which is little beside the lock of the ring or bucket that refused.
 */
struct skep_loss {
	char map[32];
	__u64 lost;
};

#define SKEP_LOSS_SECTION ".data.skep"

#define skep_lose(map_name)                                                                        \
	({                                                                                         \
		static struct skep_loss skep_loss                                                  \
			__attribute__((section(SKEP_LOSS_SECTION))) = {.map = map_name};           \
		__sync_fetch_and_add(&skep_loss.lost, 1);                                          \
	})

/* Adds to the 64-bit value of a key, which begins at 0: skep_add(&bytes, &pid, size). */
#define skep_add(map, key, amount)                                                                 \
	({                                                                                         \
		_Static_assert(sizeof(*(map)->value) == 8, "the map's value is no 64-bit number"); \
		__u64 skep_amount = (amount);                                                      \
		__u64 *skep_value = bpf_map_lookup_elem(map, key);                                 \
		if (!skep_value) {                                                                 \
			__u64 skep_zero = 0;                                                       \
			/* Another CPU may be first: then both find what one inserts. */           \
			bpf_map_update_elem(map, key, &skep_zero, BPF_NOEXIST);                    \
			skep_value = bpf_map_lookup_elem(map, key);                                \
		}                                                                                  \
		if (skep_value)                                                                    \
			__sync_fetch_and_add(skep_value, skep_amount);                             \
		else                                                                               \
			skep_lose(#map);                                                           \
	})

/* Counts a key: skep_count(&opens, &who). */
#define skep_count(map, key) skep_add(map, key, 1)

/*
 * The slot of a histogram with slots that double: 0 for 0, 1 for 1, 2 for 2 and 3, 3 for 4 to 7;
 * 64 at most.
 */
static __attribute__((always_inline, unused)) inline __u32 skep_slot(__u64 value)
{
	__u32 slot = 0;

	if (value >> 32) {
		value >>= 32;
		slot += 32;
	}
	if (value >> 16) {
		value >>= 16;
		slot += 16;
	}
	if (value >> 8) {
		value >>= 8;
		slot += 8;
	}
	if (value >> 4) {
		value >>= 4;
		slot += 4;
	}
	if (value >> 2) {
		value >>= 2;
		slot += 2;
	}
	return slot + (value > 1 ? 2 : value);
}

/*
 * Events through a ring buffer:
 *
 *	struct event *e = skep_reserve(&events, struct event);
 *	if (!e)
 *		return 0;
 *	e->pid = ...;
 *	skep_submit(e);
 *
 * No reader is woken for an event, which would cost a hundred times what the event costs: Skep looks
 * at the ring by the clock. Define SKEP_RING_FLAGS as 0 before for readers that wait to be woken.
 *
 * The names of libbpf's functions stand in parentheses so that they are no macros, which note that a
 * loss is not counted.
 */
#ifndef SKEP_RING_FLAGS
#define SKEP_RING_FLAGS BPF_RB_NO_WAKEUP
#endif

/* Room for an event of a type; NULL where the ring is full, which is counted. */
#define skep_reserve(ring, type)                                                                   \
	({                                                                                         \
		SKEP_SENDS(#ring, (type *)0);                                                      \
		type *skep_event = (bpf_ringbuf_reserve)(ring, sizeof(type), 0);                   \
		if (!skep_event)                                                                   \
			skep_lose(#ring);                                                          \
		skep_event;                                                                        \
	})

/* Hands an event over. */
#define skep_submit(event) bpf_ringbuf_submit(event, SKEP_RING_FLAGS)

/* Gives the room back. */
#define skep_discard(event) bpf_ringbuf_discard(event, SKEP_RING_FLAGS)

/* Copies a whole variable into the ring: skep_output(&events, &event). 0, or a negative error. */
#define skep_output(ring, event)                                                                   \
	({                                                                                         \
		SKEP_SENDS(#ring, event);                                                          \
		long skep_error =                                                                  \
			(bpf_ringbuf_output)(ring, event, sizeof(*(event)), SKEP_RING_FLAGS);      \
		if (skep_error)                                                                    \
			skep_lose(#ring);                                                          \
		skep_error;                                                                        \
	})

#endif
