"""Strict readers of what we send, written from the standards and not from our writers: a second opinion. Receivers accept much that is wrong;
these refuse everything that a rule forbids, with a Malformed that names it."""


class Malformed(ValueError):
    """A message breaks a rule of its format."""


def demand(condition, rule):
    if not condition:
        raise Malformed(rule)
