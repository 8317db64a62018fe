"""Walks the URLconf; nothing here knows a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

#: (route's name, parameter's name, its converter) -> the text that stands in the address.
Fill = Callable[[str, str, object], str]
#: (name with its namespace, address, pattern); a route without a name goes by its address.
Route = tuple[str, str, URLPattern]


def all_routes(value: Fill) -> list[Route]:
    """Every route of the site, with addresses filled by ``value``."""
    return [(name, f"/{address}", entry) for name, address, entry in _walk(get_resolver(), value)]


def _walk(resolver: URLResolver, value: Fill, prefix: str = "", space: str = "") -> Iterator[Route]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, value, prefix + _filled(entry, inner, value), inner)
        elif entry.name or entry.callback:
            named = f"{space}{entry.name or prefix + _bare(entry)}"
            yield named, prefix + _filled(entry, named, value), entry


def _bare(entry: URLPattern) -> str:
    """The address of a route that has no name; the admin's parameters are all called like this."""
    return _filled(entry, "", lambda route, name, converter: "one")


def _filled(entry: URLPattern | URLResolver, route: str, value: Fill) -> str:
    pattern = entry.pattern
    if isinstance(pattern, RoutePattern):
        text = str(pattern)
        for name, converter in pattern.converters.items():
            for spelling in (f"<{_kind(converter)}:{name}>", f"<{name}>"):
                text = text.replace(spelling, value(route, name, converter))
        return text
    assert isinstance(pattern, RegexPattern)
    return _from_expression(str(pattern))


def _kind(converter: object) -> str:
    return type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")


def _from_expression(text: str) -> str:
    """An address for the few expressions that allauth and the admin use."""
    known = {
        r"^confirm-email/(?P<key>[-:\w]+)/$": "confirm-email/abc/",
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-abc/",
        r"(?P<url>.*)$": "nothing-here",
    }
    if text.startswith("^(?P<app_label>"):
        return "accounts/"
    return known.get(text, text.strip("^$"))
