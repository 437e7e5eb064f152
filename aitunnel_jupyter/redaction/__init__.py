"""What may be shown: text without secrets, control characters or line ends.

::

    remember(key) ──► known ──► scrub(text)          a line about something: errors, notices, names, titles
                           ├──► without_keys(value)  texts of people and models, and JSON values
                           └──► Growing              the same for a text that is still coming

What leaves is masked here and nowhere else, and after decoding: servers repeat keys in many forms.
"""

from aitunnel_jupyter.controls import printable
from aitunnel_jupyter.redaction.growing import Growing, end_of, so_far
from aitunnel_jupyter.redaction.known import KEY_VARIABLE, remember
from aitunnel_jupyter.redaction.masking import (
    MASK,
    holds_key,
    is_secret_name,
    public_url,
    scrub,
    scrubbed,
    secret_in,
    without_keys,
    without_known,
)
from aitunnel_jupyter.redaction.printing import beginning, one_line

__all__ = [
    "KEY_VARIABLE",
    "MASK",
    "Growing",
    "beginning",
    "end_of",
    "holds_key",
    "is_secret_name",
    "one_line",
    "printable",
    "public_url",
    "remember",
    "scrub",
    "scrubbed",
    "secret_in",
    "so_far",
    "without_keys",
    "without_known",
]
