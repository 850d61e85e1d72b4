"""The goods declaration in the words of the WCO Data Model, and what is done with it."""
