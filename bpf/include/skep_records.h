/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Lets the object say what its events are: beside each call that sends one, its type is noted in a
 * section that nobody loads, and where an event may be lost that nobody counts. The program stays as
 * it is. Read in front of every text.
 */
#ifndef SKEP_RECORDS_H
#define SKEP_RECORDS_H

/*
 * In place of that of skep.h, as it says besides that this header has looked. The comma takes away
 * const and makes a pointer of an array.
 */
#undef SKEP_SENDS
#define SKEP_SENDS(ring, event)                                                                    \
	static __typeof__(((void)0, (event))) skep_sends                                           \
		__attribute__((section(".skep.records"), used, btf_decl_tag("skep:sends:" ring),   \
			       btf_decl_tag("skep:checked")))

/* How many bytes, if that is a constant; 0 where only the run decides. */
#define SKEP_LENGTH(size) __builtin_choose_expr(__builtin_constant_p(size), size, 0)

/* The same where the flags do not ask for bytes of the context behind the event. */
#define SKEP_LENGTH_ALONE(flags, size)                                                             \
	((unsigned long long)__builtin_choose_expr(__builtin_constant_p(flags), flags, -1) >> 32   \
		 ? 0                                                                               \
		 : SKEP_LENGTH(size))

/*
 * Notes what a call sends, and then how many bytes. The arrays here are longer by one, as the kernel
 * refuses descriptions of variables without a byte.
 */
#define SKEP_SENDS_BYTES(ring, event, length)                                                      \
	SKEP_SENDS(ring, event);                                                                   \
	static char skep_length[1 + (length)]                                                      \
		__attribute__((section(".skep.records"), used, btf_decl_tag("skep:bytes:" ring)))

/* Notes a place that may lose an event of a ring, and does not count it, and its size. */
#define SKEP_UNCOUNTED(ring, size)                                                                 \
	static char skep_uncounted[1 + SKEP_LENGTH(size)] __attribute__((                          \
		section(".skep.records"), used, btf_decl_tag("skep:uncounted:" ring)))

#define bpf_ringbuf_submit(event, flags)                                                           \
	({                                                                                         \
		SKEP_SENDS("", event);                                                             \
		bpf_ringbuf_submit(event, flags);                                                  \
	})
#define bpf_ringbuf_reserve(ring, size, flags)                                                     \
	({                                                                                         \
		SKEP_UNCOUNTED(#ring, size);                                                       \
		bpf_ringbuf_reserve(ring, size, flags);                                            \
	})
#define bpf_ringbuf_reserve_dynptr(ring, size, flags, dynptr)                                      \
	({                                                                                         \
		SKEP_UNCOUNTED(#ring, size);                                                       \
		bpf_ringbuf_reserve_dynptr(ring, size, flags, dynptr);                             \
	})
#define bpf_ringbuf_output(ring, event, size, flags)                                               \
	({                                                                                         \
		SKEP_UNCOUNTED(#ring, size);                                                       \
		SKEP_SENDS_BYTES(#ring, event, SKEP_LENGTH(size));                                 \
		bpf_ringbuf_output(ring, event, size, flags);                                      \
	})
#define bpf_perf_event_output(context, buffer, flags, event, size)                                 \
	({                                                                                         \
		SKEP_SENDS_BYTES(#buffer, event, SKEP_LENGTH_ALONE(flags, size));                  \
		bpf_perf_event_output(context, buffer, flags, event, size);                        \
	})

#endif
