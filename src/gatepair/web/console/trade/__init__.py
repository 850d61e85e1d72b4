"""What a trader sees and does: declaring, and everything after it."""
