"""The tables behind :mod:`aitunnel_jupyter.messages`: code → (English, Russian)."""
