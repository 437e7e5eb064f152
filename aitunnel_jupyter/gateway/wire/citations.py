"""The sources of an answer: annotations of a delta, and lists beside the choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aitunnel_jupyter.gateway.wire.values import MOST_ITEMS, clean, whole_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LISTS = ("citations", "search_results", "web_search")
"""Fields beside the choices, of addresses or of objects with ``url`` and ``title`` (Perplexity and others)."""


class CitationFold:
    """Collects sources in the order they came, each once; the first title of an address stays.

    Example:
        >>> fold = CitationFold()
        >>> fold.take({"citations": ["https://a.b"], "search_results": [{"title": "A", "url": "https://a.b"}]})
        >>> fold.all()
        ({'url': 'https://a.b', 'title': 'A'},)
    """

    def __init__(self) -> None:
        self._annotations: dict[str, Mapping[str, Any]] = {}
        self._listed: dict[str, dict[str, Any]] = {}

    def all(self) -> tuple[Mapping[str, Any], ...]:
        """The sources so far; those of lists only where no annotation names the same address."""
        named = {source.get("url") for source in self._annotations.values()}
        return (*self._annotations.values(), *(s for url, s in self._listed.items() if url not in named))

    def take(self, body: Mapping[str, Any]) -> None:
        """The sources in a chunk, a choice or a delta."""
        for name in LISTS:
            for source in _sources(body.get(name)):
                known = self._listed.setdefault(source["url"], source)
                for field, value in source.items():
                    known.setdefault(field, value)
        annotations = body.get("annotations")
        for annotation in annotations if isinstance(annotations, list) else []:
            if isinstance(annotation, dict) and len(self._annotations) < MOST_ITEMS:
                nested = annotation.get("url_citation")
                found = clean(nested if isinstance(nested, dict) else annotation)
                if isinstance(found.get("url", ""), str):
                    self._annotations.setdefault(repr(found), found)


def _sources(listed: Any) -> Iterator[dict[str, Any]]:
    for item in listed[:MOST_ITEMS] if isinstance(listed, list) else []:
        if isinstance(item, str) and item:
            yield {"url": whole_text(item)}
        elif isinstance(item, dict) and isinstance(address := item.get("url") or item.get("link"), str):
            yield {"url": whole_text(address)} | {k: v for k, v in clean(item).items() if k not in {"url", "link"}}
