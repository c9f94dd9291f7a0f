// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// How long tasks wait for a CPU, as a histogram of nanoseconds. Linux 5.14 or later.
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <skep.h>

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, u32);
	__type(value, u64);
} waiting_since SEC(".maps");

/* Slot n counts waits of 2^(n-1) to 2^n - 1 nanoseconds. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 65);
	__type(key, u32);
	__type(value, u64);
} waits SEC(".maps");

static void begin(struct task_struct *task)
{
	u32 tid = task->pid;
	u64 now = bpf_ktime_get_ns();

	/* The idle task of each CPU is 0: it does not wait, it fills time. */
	if (tid && bpf_map_update_elem(&waiting_since, &tid, &now, BPF_ANY))
		skep_lose("waiting_since");
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(woken, struct task_struct *task)
{
	begin(task);
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(started, struct task_struct *task)
{
	begin(task);
	return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(switched, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	u32 tid = next->pid, slot;
	u64 *since, *count;

	/* Taken off the CPU while it could go on (0 is TASK_RUNNING): it waits from now on. */
	if (prev->__state == 0)
		begin(prev);

	since = bpf_map_lookup_elem(&waiting_since, &tid);
	if (!since)
		return 0;
	slot = skep_slot(bpf_ktime_get_ns() - *since);
	bpf_map_delete_elem(&waiting_since, &tid);
	count = bpf_map_lookup_elem(&waits, &slot);
	if (count)
		*count += 1;
	return 0;
}
