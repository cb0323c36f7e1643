"""Small words of the room's pages."""

from datetime import UTC, date, datetime

from maillage.calls.templatetags.call_words import full_day, lead_in


def test_a_day_is_said_in_full_with_the_first_of_a_month() -> None:
    assert full_day(date(2026, 4, 1)) == "1er avril 2026"
    assert full_day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "1er janvier 2027"
    assert full_day(None) == ""


def test_a_question_keeps_its_own_mark() -> None:
    said = [lead_in(label) for label in ("Titre", "Pour qui ?", "Tout est exact.")]
    assert said == ["Titre : ", "Pour qui ? ", "Tout est exact : "]
