"""Origin of goods under free-trade agreements: rules as typed trees, verdicts with their working."""
