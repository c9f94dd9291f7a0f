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

/* Notes a place that may lose an event of a ring, and does not count it. */
#define SKEP_UNCOUNTED(ring)                                                                       \
	static char skep_uncounted __attribute__((section(".skep.records"), used,                  \
						  btf_decl_tag("skep:uncounted:" ring)))

#define bpf_ringbuf_submit(event, flags)                                                           \
	({                                                                                         \
		SKEP_SENDS("", event);                                                             \
		bpf_ringbuf_submit(event, flags);                                                  \
	})
#define bpf_ringbuf_reserve(ring, size, flags)                                                     \
	({                                                                                         \
		SKEP_UNCOUNTED(#ring);                                                             \
		bpf_ringbuf_reserve(ring, size, flags);                                            \
	})
#define bpf_ringbuf_reserve_dynptr(ring, size, flags, dynptr)                                      \
	({                                                                                         \
		SKEP_UNCOUNTED(#ring);                                                             \
		bpf_ringbuf_reserve_dynptr(ring, size, flags, dynptr);                             \
	})
#define bpf_ringbuf_output(ring, event, size, flags)                                               \
	({                                                                                         \
		SKEP_UNCOUNTED(#ring);                                                             \
		SKEP_SENDS(#ring, event);                                                          \
		bpf_ringbuf_output(ring, event, size, flags);                                      \
	})
#define bpf_perf_event_output(context, buffer, flags, event, size)                                 \
	({                                                                                         \
		SKEP_SENDS(#buffer, event);                                                        \
		bpf_perf_event_output(context, buffer, flags, event, size);                        \
	})

#endif
