"""The browser fixture itself: a real page from a real server, watched for complaints."""

import pytest

pytestmark = pytest.mark.browser


def test_opens_a_page_of_the_live_site(page):
    answer = page.goto("/accounts/login/")

    assert answer.status == 200
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_tells_what_the_content_policy_blocked(page, console_errors):
    page.goto("/accounts/login/")
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')"
    )

    assert any("Content Security Policy" in told for told in console_errors)
