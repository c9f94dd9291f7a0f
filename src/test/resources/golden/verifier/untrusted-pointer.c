SEC("tp_btf/sched_switch")
int BPF_PROG(walk, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	next->pid = 5;
	return 0;
}
