"""Expired answers (到期的答复): looking an answer up by its token, with a word on what became of one that is gone."""

from __future__ import annotations

from django.http import Http404

from fapiao.wording import BEIJING
from jingpiao.api.problem import ApiProblem
from jingpiao.inquiry.models import ExpiredAnswer, KeptAnswer
from jingpiao.inquiry.selectors import kept_answer
from jingpiao.ui.errors import GoneError


def expired_answer(token: str) -> ExpiredAnswer | None:
    """Return the mark of an answer that was deleted by age, or ``None``."""
    return ExpiredAnswer.objects.filter(token=token).first()


def for_page(token: str) -> KeptAnswer:
    """Return a kept answer for a page. Errors: `GoneError` where it was deleted by age, `Http404` where none ever was."""
    kept = kept_answer(token)
    if kept is None:
        raise lost(token)
    return kept


def lost(token: str) -> Http404:
    """Return the error of a page whose answer is not there: it was deleted by age, or never was."""
    mark = expired_answer(token)
    return GoneError("inquiry/expired.html", {"mark": mark}) if mark else Http404()


def for_api(token: str) -> KeptAnswer:
    """Return a kept answer for the API. Errors: `answer-expired` where it was deleted by age, `not-found`."""
    kept = kept_answer(token)
    if kept is None:
        raise lost_to_api(token)
    return kept


def lost_to_api(token: str) -> ApiProblem:
    """Return the problem of an answer that is not there."""
    mark = expired_answer(token)
    return ApiProblem("answer-expired", told(mark)) if mark else ApiProblem("not-found")


def told(mark: ExpiredAnswer) -> str:
    """Say in English what became of an answer."""
    asked, gone = (f"{when.astimezone(BEIJING):%Y-%m-%d}" for when in (mark.asked_at, mark.expired_at))
    return (
        f"The answer of {asked} was deleted on {gone}: answers are kept for {mark.kept_days} days."
        " Ask again with POST /api/v1/checks; its receipt still verifies."
    )


def told_in_chinese(mark: ExpiredAnswer) -> str:
    """Say in Chinese what became of an answer."""
    asked, gone = (f"{when.astimezone(BEIJING):%Y-%m-%d}" for when in (mark.asked_at, mark.expired_at))
    return f"{asked} 的这份答复保存满 {mark.kept_days} 天，已于 {gone} 删除；请重新查询，回执仍可核验"
