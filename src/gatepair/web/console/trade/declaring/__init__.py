"""What a trader does up to a declaration: the form with help at each field, codes by words, copies, files."""
