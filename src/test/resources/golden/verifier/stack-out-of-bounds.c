SEC("raw_tp/sys_enter")
__attribute__((naked)) int below(void *ctx)
{
	asm volatile("*(u64 *)(r10 - 520) = 1\nr0 = 0\nexit");
}
