"""Import duty and taxes: rate options side by side, each open or with its reason, integer arithmetic only."""
