"""Who may say what of a case in the inventory, and bring in an existing one."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from interviews.models import InterviewSession
from interviews.policies import may_answer, may_start


def may_describe(user: User | AnonymousUser, session: InterviewSession) -> bool:
    """Whoever works on the case says whose it is, and whoever keeps order over all of them."""
    is_keeper = has_permission(user, Permission.SESSION_VIEW_ALL)
    writes = has_permission(user, Permission.SESSION_ANSWER)
    return writes and (is_keeper or may_answer(user, session))


def may_import(user: User | AnonymousUser) -> bool:
    """Whoever may start one interview may start many: the cases become their own."""
    return may_start(user) and has_permission(user, Permission.SESSION_ANSWER)


def may_assign(user: User | AnonymousUser) -> bool:
    """Whoever sees every case may give imported ones to the people whom the file names."""
    return may_import(user) and has_permission(user, Permission.SESSION_VIEW_ALL)
