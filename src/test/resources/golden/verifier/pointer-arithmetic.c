SEC("xdp")
int multiply(struct xdp_md *ctx)
{
	long data = (long)ctx->data;

	asm volatile("%0 *= 2" : "+r"(data));
	return data & 1;
}
