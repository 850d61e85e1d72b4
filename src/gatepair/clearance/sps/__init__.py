"""Permits and quarantine: registered sites, allowed goods, certificates, laboratory cases, dated rule sets."""
