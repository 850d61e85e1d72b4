"""The auditor's pages under ``/audit``: the ledger searched, opened, verified and given away with its proofs."""
