"""Private keys: from seeds in files, in hardware modules, and by plug-ins, all behind one narrow port."""
