SEC("xdp")
int first(struct xdp_md *ctx)
{
	u8 *data = (void *)(long)ctx->data;

	return data[1];
}
