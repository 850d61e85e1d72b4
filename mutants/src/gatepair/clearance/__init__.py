"""Goods: the channel, the fee and the first checks of a declaration."""
