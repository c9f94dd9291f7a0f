SEC("raw_tp/sys_enter")
int long_loop(struct bpf_raw_tracepoint_args *ctx)
{
	u64 sum = 0;

	for (u32 i = 0; i < 10000000; i++)
		sum += bpf_get_prandom_u32() & i;
	return sum & 1;
}
