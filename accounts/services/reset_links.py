"""Links under which somebody chooses a new password; they work once, for as long as the site says."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts import emails
from accounts.models import Job, User
from accounts.services import audit, jobs
from accounts.services.members import CannotDo, may_manage

RESET = "reset_link"


def reset_link(user: User) -> str:
    """The address under which this person chooses a new password; a used one leads nowhere."""
    parts = {
        "uidb36": user_pk_to_url_str(user),
        "key": default_token_generator.make_token(user),
    }
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=parts)


@transaction.atomic
def mail_reset_link(*, user: User, by: User) -> None:
    """Sends the link to the person. Raises CannotDo."""
    if not may_manage(by, user) or not user.is_active:
        raise CannotDo("Only active people below your own role get a link from you.")
    done = audit.record(type="password.link_sent", actor=by, subject=audit.person(user))
    # Each wish is a mail of its own.
    jobs.enqueue(kind=RESET, subject_id=user.pk, unique_key=f"{RESET}:{done.sequence}")


@transaction.atomic
def hand_out_reset_link(*, user: User, by: User | None = None) -> str:
    """The link itself, for whoever has the machine. Raises CannotDo."""
    if not user.is_active or user.kind != User.Kind.PERSON:
        raise CannotDo("Only an active person chooses a password.")
    audit.record(type="password.link_made", actor=by, subject=audit.person(user))
    return reset_link(user)


def send_reset_link(job: Job) -> None:
    """Sends the mail to a person who is still active."""
    user = User.objects.active().filter(pk=job.subject_id).first()
    if user is not None:
        emails.choose_password(user, link=reset_link(user))
    jobs.finish(job)
