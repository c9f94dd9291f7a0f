SEC("raw_tp/sys_enter")
int spin(struct bpf_raw_tracepoint_args *ctx)
{
	volatile u64 i = 0;

	for (;;)
		i++;
	return 0;
}
