import pytest
from pydantic import ValidationError

from esn_pulse.analysis.paging import Window


def test_pages_follow_each_other() -> None:
    assert [Window(page=page, limit=7).offset for page in (1, 2, 3)] == [0, 7, 14]
    assert (Window().page, Window().limit) == (1, 20)


@pytest.mark.parametrize(
    "given", [{"page": 0}, {"page": 10**9}, {"limit": 0}, {"limit": 101}, {"size": 3}], ids=str
)
def test_what_is_no_page_is_refused(given: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Window.model_validate(given)
