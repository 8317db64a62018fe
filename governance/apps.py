"""The governance app."""

from importlib import import_module

from django.apps import AppConfig

from accounts import job_kinds


class GovernanceConfig(AppConfig):
    name = "governance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Names the settings of reviews, and registers the mails."""
        for kind in ("review_opened", "ruling_recorded", "comment_raised", "comment_answered"):
            handler = f"governance.services.notices.send_{kind}"
            job_kinds.register(kind, handler=handler, is_outbound=True)
        job_kinds.register("review_openings", handler="governance.services.openings.open_due")
        job_kinds.register("follow_up", handler="governance.services.followup.follow_up")
        job_kinds.register("reminders", handler="governance.services.reminders.remind")
        job_kinds.register(
            "reminder_mail",
            handler="governance.services.reminders.send_reminder",
            is_outbound=True,
        )
        job_kinds.register("backtest", handler="governance.services.backtest.run_backtest")
        job_kinds.register(
            "rules_published", handler="governance.services.publications.open_re_reviews"
        )
        job_kinds.register("inventory", handler="governance.services.inventory.sweep_in_background")
        job_kinds.register(
            "import_cases",
            handler="governance.services.import_running.import_cases",
            when_given_up="governance.services.import_running.give_up_import",
        )
        job_kinds.register(
            "undo_import",
            handler="governance.services.import_running.undo_import",
            when_given_up="governance.services.import_running.give_up_undo",
        )
        import_module("governance.declared_settings")
        import_module("governance.checks")
