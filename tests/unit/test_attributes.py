"""Values as DynamoDB has them: back as they went, and as boto3 itself writes them."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from care.services.table.attributes import from_attribute, from_item, to_attribute, to_item
from care.words import Status

PLAIN = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(-(10**37), 10**37),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_a_value_comes_back_as_it_went_and_boto3_writes_it_alike(value: Any) -> None:
    attribute = to_attribute(value)
    assert from_attribute(attribute) == value
    assert attribute == TypeSerializer().serialize(value)
    assert TypeDeserializer().deserialize(attribute) == value


def test_a_word_from_a_list_is_its_text_and_nothing_is_left_out() -> None:
    assert to_item({"status": Status.OPEN, "note": None, "seen": True, "length": 3}) == {
        "status": {"S": "open"},
        "seen": {"BOOL": True},
        "length": {"N": "3"},
    }
    assert from_item({"status": {"S": "open"}, "gone": {"NULL": True}}) == {"status": "open", "gone": None}


@pytest.mark.parametrize("value", [1.5, Decimal("1.5"), b"x", {"a", "b"}, object()])
def test_what_no_item_has_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        to_attribute(value)


@pytest.mark.parametrize("attribute", [{"SS": ["a"]}, {"B": b"x"}, {"N": "1.5"}, {}, {"S": "a", "N": "1"}])
def test_an_attribute_that_is_none_of_ours_is_refused(attribute: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"attribute|int|unpack"):
        from_attribute(attribute)
