"""Infrastructure fees: dated tables by province, receipts, and what collectors owe the treasury."""
