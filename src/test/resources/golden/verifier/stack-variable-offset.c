SEC("raw_tp/sys_enter")
int index(struct bpf_raw_tracepoint_args *ctx)
{
	volatile char bytes[64] = {};
	u64 i = ctx->args[1];

	bytes[i] = 1;
	return bytes[0];
}
