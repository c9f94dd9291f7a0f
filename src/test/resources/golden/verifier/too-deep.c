#define LEVEL(n, m) static __noinline int f##n(int x) { volatile int y = f##m(x + 1); return y; }
static __noinline int f0(int x) { volatile int y = x; return y; }
LEVEL(1, 0) LEVEL(2, 1) LEVEL(3, 2) LEVEL(4, 3) LEVEL(5, 4) LEVEL(6, 5) LEVEL(7, 6) LEVEL(8, 7) LEVEL(9, 8)
SEC("tc")
int deep(struct __sk_buff *skb)
{
	return f9(skb->len);
}
