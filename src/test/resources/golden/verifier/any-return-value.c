SEC("sk_lookup")
int choose(struct bpf_sk_lookup *ctx)
{
	return bpf_get_prandom_u32();
}
