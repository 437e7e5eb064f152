"""The wire, pure: bytes → events → deltas → the facts of an answer. No sockets, no httpx."""
