SEC("xdp")
int jump(struct xdp_md *ctx)
{
	char *data = (void *)(long)ctx->data;
	char *end = (void *)(long)ctx->data_end;
	if (data + 1 > end)
		return XDP_PASS;
	int offset = data[0];
	if (data + offset + 4 > end)
		return XDP_PASS;
	return *(int *)(data + offset);
}
