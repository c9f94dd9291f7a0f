SEC("raw_tp/sys_enter")
int sleep(struct bpf_raw_tracepoint_args *ctx)
{
	char c = 0;
	bpf_copy_from_user(&c, 1, (void *)ctx->args[1]);
	return c;
}
