SEC("tc")
int hang(struct __sk_buff *skb)
{
	for (;;)
		asm volatile("");
}
