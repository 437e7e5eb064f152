"""Attributes that are data: read without running a property, a descriptor or ``__getattr__``."""

from __future__ import annotations

import collections
import enum
import types
from typing import Any

from aitunnel_jupyter.session.prompt.frames import has_plain_labels
from aitunnel_jupyter.session.prompt.methods import is_known, is_registered, reads_attribute
from aitunnel_jupyter.session.prompt.plain import (
    BASES,
    DICT_DESCRIPTORS,
    Kinds,
    base_of,
    derives,
    members,
    mro,
    of_library,
    own_dict,
)
from aitunnel_jupyter.session.prompt.refusals import NotReading

_FIELD = type(vars(collections.namedtuple("_Pair", "one"))["one"])  # noqa: PYI024
"""What a named tuple has for each of its fields."""
_USUAL = Kinds(object, BaseException, types.SimpleNamespace, *BASES)
"""Classes whose ``__getattribute__`` does what everybody expects."""


def attribute(value: Any, name: str) -> Any:
    """``value.name``, if getting it only reads.

    Read are: what :func:`.methods.reader` allows, the documented attributes of known classes, columns of frames, and
    data of any object: in its ``__dict__``, its slots, or its class.

    Raises:
        NotReading: It may run code, or there is no such attribute.
    """
    if name.startswith("_"):
        raise NotReading
    if is_registered(value, name) or reads_attribute(value, name):
        return getattr(value, name)
    if of_library(value, "pandas", "DataFrame") and has_plain_labels(value):
        if not hasattr(type(value), name) and name in value.columns:
            return value[name]
        raise NotReading
    if is_known(value):
        raise NotReading
    return _data(value, name)


def _data(value: object, name: str) -> Any:
    kind = type(value)
    if derives(kind, type) or not _gets_attributes_as_usual(kind):
        raise NotReading
    found = _static(value, name)
    if found is vars(enum.Enum).get(name):  # of a member that is a number or a text as well
        return getattr(value, name)
    if type(found) is types.MemberDescriptorType and _is_slot(kind, name, found):
        try:
            return found.__get__(value, kind)
        except AttributeError:
            raise NotReading from None
    if type(found) is _FIELD and base_of(kind) is tuple:
        return found.__get__(value, kind)
    if _has(found, "__get__"):
        raise NotReading
    return found


def _static(value: object, name: str) -> Any:
    """What ``value.name`` finds before anything runs: a descriptor that can be set, the value's own, the class's.

    Not ``inspect.getattr_static``: it keeps classes in a cache, which compares them (3.12).
    """
    of_class = [members(one)[name] for one in mro(type(value)) if name in members(one)]
    own = own_dict(value)
    if name in own and not (of_class and (_has(of_class[0], "__set__") or _has(of_class[0], "__delete__"))):
        return own[name]
    if not of_class:
        raise NotReading
    return of_class[0]


def _has(found: object, method: str) -> bool:
    return any(method in members(one) for one in mro(type(found)))


def _gets_attributes_as_usual(kind: type) -> bool:
    """Whether neither ``__getattribute__`` nor ``__dict__`` is of the class's own making."""
    owner = next(one for one in mro(kind) if "__getattribute__" in members(one))
    if owner not in _USUAL:
        return False
    own = [members(one)["__dict__"] for one in mro(kind) if "__dict__" in members(one)]
    return all(type(one) in DICT_DESCRIPTORS for one in own)


def _is_slot(kind: type, name: str, found: object) -> bool:
    """Whether it is a slot of a class written in Python; those of C may lead anywhere, as a generator's frame does."""
    return any("__slots__" in members(one) and members(one).get(name) is found for one in mro(kind))
