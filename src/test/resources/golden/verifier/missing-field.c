struct task_struct___other { int field_of_another_kernel; } __attribute__((preserve_access_index));
SEC("raw_tp/sys_enter")
int field(void *ctx)
{
	struct task_struct___other *t = (void *)bpf_get_current_task();

	return BPF_CORE_READ(t, field_of_another_kernel);
}
