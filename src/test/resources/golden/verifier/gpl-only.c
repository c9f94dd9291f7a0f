char LICENSE[] SEC("license") = "Proprietary";
SEC("raw_tp/sys_enter")
int print(void *ctx)
{
	bpf_printk("hello");
	return 0;
}
