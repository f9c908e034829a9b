"""Which body part acts in which class, in the forms that rooms take it in."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.errors import UsageError
from mmn_live.taxonomy import NO_PART, Taxonomy, taxonomy_named


@pytest.fixture(params=["ma52", "imigue"])
def taxonomy(request: pytest.FixtureRequest) -> Taxonomy:
    return taxonomy_named(request.param)


def test_every_class_has_its_part(taxonomy: Taxonomy) -> None:
    names = [*(label.name for label in taxonomy.labels), "none"]
    parts = taxonomy.parts_of(names)
    assert parts[-1] == NO_PART
    assert [taxonomy.body_parts[part] for part in parts[:-1]] == [label.body_part for label in taxonomy.labels]
    assert [taxonomy.part_of(name) for name in names] == [*(label.body_part for label in taxonomy.labels), "none"]


def test_a_part_has_the_sum_of_its_classes_and_none_belongs_to_no_part(taxonomy: Taxonomy) -> None:
    names = ["none", *(label.name for label in reversed(taxonomy.labels))]
    members = taxonomy.members(names)
    assert members.shape == (len(taxonomy.body_parts), len(names))
    assert not members[:, 0].any()
    np.testing.assert_array_equal(members[:, 1:].sum(axis=0), 1)
    for part, acts in zip(taxonomy.body_parts, members, strict=True):
        assert {names[i] for i in np.flatnonzero(acts)} == {
            label.name for label in taxonomy.labels if label.body_part == part
        }


def test_a_name_of_another_label_set_is_refused(taxonomy: Taxonomy) -> None:
    with pytest.raises(UsageError, match="no such action"):
        taxonomy.parts_of(["none", "no such action"])
