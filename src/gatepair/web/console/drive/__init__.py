"""The driver's phone: one screen, one instruction, one button."""
