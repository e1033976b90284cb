"""Synthflow (https://synthflow.ai): API description of August 2026 with the corrections of live observations."""
