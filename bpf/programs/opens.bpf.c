// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Who opens how many files: opens counted per process and command. Linux 5.8 or later.
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <skep.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct who {
	u32 pid;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, struct who);
	__type(value, u64);
} opens SEC(".maps");

static void count(void)
{
	struct who who = {};

	who.pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(who.comm, sizeof(who.comm));
	skep_count(&opens, &who);
}

SEC("tracepoint/syscalls/sys_enter_openat")
int openat(void *ctx)
{
	count();
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_openat2")
int openat2(void *ctx)
{
	count();
	return 0;
}
