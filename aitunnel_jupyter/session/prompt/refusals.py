"""Why an expression is not evaluated.

::

    NotPutIn
    ├── NotReading   it would call something that may do more than read
    └── TooLarge     its value, or the way to it, is too much for a prompt
"""

from __future__ import annotations


class NotPutIn(Exception):
    """The expression goes out as it is written."""


class NotReading(NotPutIn):
    """It would run code that nobody has called reading."""


class TooLarge(NotPutIn):
    """It would take too long or too much memory; known before it begins."""
