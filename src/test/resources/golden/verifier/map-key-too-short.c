struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, u32); __type(value, u64); } counts SEC(".maps");
SEC("raw_tp/sys_enter")
__attribute__((naked)) int part(void *ctx)
{
	asm volatile("r2 = r10\nr2 += -2\nr1 = %[counts] ll\ncall 1\nr0 = 0\nexit" :: [counts]"i"(&counts));
}
