SEC("xdp")
int future(struct xdp_md *ctx)
{
	long (*helper)(void) = (void *)9999;

	return helper();
}
