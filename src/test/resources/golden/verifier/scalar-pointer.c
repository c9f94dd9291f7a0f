SEC("raw_tp/sys_enter")
int deref(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return task->pid;
}
