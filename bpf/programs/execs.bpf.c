// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Each program that is started, as an event: who started it, and from which file. Linux 5.8 or later.
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <skep.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct exec {
	u64 at skep_time;
	u32 pid;
	u32 parent;
	u32 uid;
	char comm[16];
	char file[128];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} execs SEC(".maps");

SEC("tracepoint/sched/sched_process_exec")
int exec(struct trace_event_raw_sched_process_exec *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct exec *e = skep_reserve(&execs, struct exec);

	if (!e)
		return 0;
	e->at = bpf_ktime_get_ns();
	e->pid = bpf_get_current_pid_tgid() >> 32;
	e->parent = BPF_CORE_READ(task, real_parent, tgid);
	e->uid = bpf_get_current_uid_gid();
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	/* The low half of __data_loc is where the text stands, counted from the record. */
	bpf_probe_read_kernel_str(e->file, sizeof(e->file),
				  (void *)ctx + (ctx->__data_loc_filename & 0xffff));
	skep_submit(e);
	return 0;
}
