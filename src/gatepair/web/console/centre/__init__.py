"""The command centre: the gate as a live drawing, its figures and orders, replay and the wall."""
