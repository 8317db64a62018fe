"""The charters app."""

from django.apps import AppConfig

from accounts import job_kinds


class ChartersConfig(AppConfig):
    name = "charters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the drafting of prose and the rendering of files."""
        job_kinds.register(
            "draft_prose", handler="charters.services.drafting.draft_prose", is_outbound=True
        )
        job_kinds.register("export", handler="charters.services.exports.make_export")
