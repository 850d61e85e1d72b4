"""What a post's ledger says to the twin: observed services, fits, the present state, forecasts and their scores."""
