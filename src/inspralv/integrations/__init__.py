"""Provider keys of a partner, and which workspace uses which of them.

Keys are write-only: sealed at rest, opened only to talk to the provider. Every assignment has a webhook address and a
secret of its own. Other rooms reach a provider through `connections`.
"""
