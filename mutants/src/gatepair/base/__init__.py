"""The ground floor: codes, quantities, canonical JSON, clock and random ports, findings and errors."""
