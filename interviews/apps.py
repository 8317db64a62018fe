"""The interviews app."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from accounts import job_kinds
from interviews.protocol import catalogue
from interviews.scoring import evidence


class InterviewsConfig(AppConfig):
    name = "interviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the work that waits, and reads the whole question bank so that a
        faulty file stops the start with its name."""
        job_kinds.register(
            "score",
            handler="interviews.services.assessments.assess_attempt",
            when_given_up="interviews.services.assessments.escalate_unassessed",
            is_outbound=True,
        )
        for kind, handler in (
            ("judge_rules", "interviews.services.contradictions.judge_rules"),
            ("rescore", "interviews.services.rescoring.rescore"),
            ("reassess", "interviews.services.rescoring.reassess"),
            ("colleague_asked", "interviews.services.colleagues.send_request"),
            ("colleague_replied", "interviews.services.colleagues.send_news"),
            ("dispute_ruled", "interviews.services.disputes.send_ruling"),
        ):
            job_kinds.register(kind, handler=handler, is_outbound=True)
        job_kinds.register(
            "coach",
            handler="interviews.services.coaching.coach",
            when_given_up="interviews.services.coaching.leave_uncoached",
            is_outbound=True,
        )
        job_kinds.register(
            "prefill",
            handler="interviews.services.prefill.read_proposal",
            when_given_up="interviews.services.prefill.give_up_reading",
            is_outbound=True,
        )
        import_module("interviews.declared_settings")
        if settings.PROTOCOL_DIR:
            folder = Path(settings.PROTOCOL_DIR)
            catalogue.configure(folder)
            evidence.configure(folder)
            evidence.load(folder)
        catalogue.default_protocol()
