extern void bpf_rcu_read_lock(void) __ksym;
SEC("raw_tp/sys_enter")
int begin(void *ctx)
{
	bpf_rcu_read_lock();
	return 0;
}
