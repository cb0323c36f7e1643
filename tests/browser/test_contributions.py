"""The queue with the keyboard alone: keys move the focus, none decides, and they can be cut."""

import re

from tests.browser.conftest import Opener, violations

QUEUE = "/est-ensemble/gestion/contributions/"
FOCUSED = "[...document.querySelectorAll('[data-open]')].indexOf(document.activeElement)"


def test_the_queue_is_worked_with_the_keyboard(agent: Opener) -> None:
    page = agent().go(QUEUE)
    assert violations(page) == []
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    assert page.evaluate(FOCUSED) == 0
    page.keyboard.press("?")
    assert page.evaluate("document.getElementById('raccourcis').open")
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('[data-open]').focus()")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/contributions/\d+/"))
    assert violations(page) == []
    for key, place in (("r", "reason"), ("s", "until")):
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == place
    page.keyboard.press("a")  # in a field, keys are letters
    assert page.evaluate("document.activeElement.id") == "until"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.uncheck("#raccourcis-actifs")
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") != "reason"
