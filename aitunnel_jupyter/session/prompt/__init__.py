"""Reading expressions in prompts: where they stand, what they may do, and their values as text."""

from aitunnel_jupyter.session.prompt.expansion import Expanded, ExpressionFailed, expand

__all__ = ["Expanded", "ExpressionFailed", "expand"]
