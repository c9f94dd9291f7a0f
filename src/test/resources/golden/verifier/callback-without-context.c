static long step(u32 i, u64 *sum)
{
	*sum += i;
	return 0;
}
SEC("raw_tp/sys_enter")
int looping(void *ctx)
{
	return bpf_loop(10, step, NULL, 0);
}
