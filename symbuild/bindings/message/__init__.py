"""Components in processes of their own, in C: the proxy that sends calls away, and the host that serves them."""
