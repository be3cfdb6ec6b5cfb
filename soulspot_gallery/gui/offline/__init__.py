"""Being without a network, in the window: the switch and its mark, readiness, packs."""
