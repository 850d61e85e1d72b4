"""The event-sourced heart of one crossing: commands, events, fold, decide, invariants."""
