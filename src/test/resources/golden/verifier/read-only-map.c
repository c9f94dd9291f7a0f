const volatile u64 limit = 5;
SEC("raw_tp/sys_enter")
int set(void *ctx)
{
	bpf_get_current_comm((void *)&limit, 8);
	return 0;
}
