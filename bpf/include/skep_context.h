/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Members of a context are read at a constant offset, or the verifier refuses the program: "dereference of modified ctx
 * ptr". clang shares the address of a member between branches unless the struct is marked, from clang 18 on; the mark
 * counts where it stands before the definition.
 */
#ifndef SKEP_CONTEXT_H
#define SKEP_CONTEXT_H

#if __has_attribute(preserve_static_offset)
#define skep_context __attribute__((preserve_static_offset))
struct skep_context __sk_buff;
struct skep_context xdp_md;
struct skep_context bpf_cgroup_dev_ctx;
struct skep_context bpf_perf_event_data;
struct skep_context bpf_sk_lookup;
struct skep_context bpf_sock_addr;
struct skep_context bpf_sock_ops;
struct skep_context bpf_sockopt;
struct skep_context bpf_sysctl;
struct skep_context sk_msg_md;
struct skep_context sk_reuseport_md;
#undef skep_context
#endif

#endif
