SEC("raw_tp/sys_enter")
__attribute__((naked)) int odd(void *ctx)
{
	asm volatile("r1 = 1\n*(u64 *)(r10 - 12) = r1\nr0 = 0\nexit");
}
