SEC("xdp")
int shrink(struct xdp_md *ctx)
{
	u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (data + 4 > end)
		return XDP_PASS;
	if (bpf_xdp_adjust_head(ctx, 2))
		return XDP_DROP;
	return data[1];
}
