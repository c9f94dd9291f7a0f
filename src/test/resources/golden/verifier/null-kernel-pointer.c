extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
SEC("tp_btf/sched_switch")
int BPF_PROG(walk, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	struct task_struct *parent = bpf_task_from_pid(1);

	bpf_task_release(parent);
	return 0;
}
