SEC("xdp")
int options(struct xdp_md *ctx)
{
	u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	u32 sum = 0;

	if (data + 20 > end)
		return XDP_PASS;
	for (int i = 0; i < (data[0] & 0xf) * 4; i++)
		sum += data[i];
	return sum == 7 ? XDP_DROP : XDP_PASS;
}
