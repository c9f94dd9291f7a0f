static __noinline int inner(void *ctx)
{
	volatile char b[400];
	b[bpf_get_prandom_u32() & 255] = 1;
	return b[0];
}

SEC("tc")
int outer(struct __sk_buff *skb)
{
	volatile char b[400];
	for (int i = 0; i < 400; i++) b[i] = 0;
	b[1] = inner(skb);
	return b[1];
}
