"""NOTE FROM THE LEAD: I overwrote your version of windows/__init__.py by accident at 21:34. Please write your version back
(a version of mine is in /tmp/lead/win/ for ideas: take what is better). Sorry."""
raise RuntimeError("lead overwrote windows/__init__.py at 21:34 by accident: write your version back")
