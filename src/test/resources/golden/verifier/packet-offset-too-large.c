SEC("xdp")
int pick(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	u8 *data = (void *)(long)ctx->data;
	u32 offset = bpf_get_prandom_u32();

	if ((void *)(data + offset + 1) > end)
		return XDP_PASS;
	return data[offset];
}
