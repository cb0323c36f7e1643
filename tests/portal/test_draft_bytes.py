"""What a page keeps while somebody types can be anything a browser may send."""

import pytest

from maillage.structures.models import Draft
from tests.factories import make_crowd, signed_in

pytestmark = pytest.mark.django_db


def test_a_draft_holds_what_either_engine_can() -> None:
    crowd = make_crowd()
    url = f"/compte/structures/{crowd.structure.pk}/brouillon/sheet/"
    typed = {"description": "avant\x00après", "seen": '{"name": "a\\u0000b"}'}
    assert signed_in(crowd.nadia).post(url, typed).status_code == 200
    draft = Draft.objects.get()
    assert (draft.fields["description"], draft.seen) == (["avantaprès"], {"name": "ab"})
