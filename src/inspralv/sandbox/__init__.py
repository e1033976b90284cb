"""The provider sandbox: an application of its own that speaks the voice providers' real APIs.

It plays scripted calls, delivers signed webhooks, produces recordings, and misbehaves on demand. The demo and the tests
talk to it over HTTP, exactly as they would to the provider; nothing else in the product knows that it exists.
"""
