SEC("tracepoint/syscalls/sys_enter_write")
int copy(struct trace_event_raw_sys_enter *ctx)
{
	char text[64];
	int length = (int)ctx->args[2];

	if (length > 64)
		length = 64;
	bpf_probe_read_user(text, length, (void *)ctx->args[1]);
	bpf_printk("%c", text[0]);
	return 0;
}
