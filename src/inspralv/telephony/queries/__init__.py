"""The statements of telephony: `trunks`, `numbers` (what they are), `binding` (who answers), `reading` (pages)."""
