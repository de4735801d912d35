"""Short ways to say what is expected."""

import re

import pytest
from ekodb_client import get_value


def names(records):
    return [get_value(record["name"]) for record in records]


def fields(record):
    """A record with its values out of their typed wrappers."""
    return {name: get_value(value) for name, value in record.items()}


def refused(status, text=""):
    """The client's only error tells the status and the text in its message."""
    return pytest.raises(RuntimeError, match=rf"\({status}\b.*{re.escape(text)}")
