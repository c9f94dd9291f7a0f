char text[64];
SEC("raw_tp/sys_enter")
int append(void *ctx)
{
	long length = bpf_probe_read_kernel_str(text, 32, ctx);
	if (length < 0)
		return 0;
	length = bpf_probe_read_kernel_str(text + length * 8, 32, ctx);
	return length;
}
