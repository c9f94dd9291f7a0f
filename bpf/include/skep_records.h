/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Lets the object say what its events are: beside each call that sends one, its type is noted in a
 * section that nobody loads. The program stays as it is. Read in front of every text.
 */
#ifndef SKEP_RECORDS_H
#define SKEP_RECORDS_H

#ifndef SKEP_SENDS
/* The comma takes away const and makes a pointer of an array. */
#define SKEP_SENDS(ring, event)                                                                    \
	static __typeof__(((void)0, (event))) skep_sends                                           \
		__attribute__((section(".skep.records"), used, btf_decl_tag("skep:sends:" ring)))
#endif

#define bpf_ringbuf_submit(event, flags)                                                           \
	({                                                                                         \
		SKEP_SENDS("", event);                                                             \
		bpf_ringbuf_submit(event, flags);                                                  \
	})
#define bpf_ringbuf_output(ring, event, size, flags)                                               \
	({                                                                                         \
		SKEP_SENDS(#ring, event);                                                          \
		bpf_ringbuf_output(ring, event, size, flags);                                      \
	})
#define bpf_perf_event_output(context, buffer, flags, event, size)                                 \
	({                                                                                         \
		SKEP_SENDS(#buffer, event);                                                        \
		bpf_perf_event_output(context, buffer, flags, event, size);                        \
	})

#endif
