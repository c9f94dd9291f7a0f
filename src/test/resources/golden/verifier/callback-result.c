static long step(u32 i, void *data)
{
	return 5;
}
SEC("raw_tp/sys_enter")
int looping(void *ctx)
{
	return bpf_loop(10, step, NULL, 0);
}
