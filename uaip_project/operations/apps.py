"""The operations app."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from interviews.protocol import catalogue
from uaip_project.operations.agreement import require_agreement


class OperationsConfig(AppConfig):
    name = "uaip_project.operations"
    label = "operations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the system checks, and compares the guide's files with the shipped questions.

        A site that asks its own questions need not repeat their names in stages.yaml.
        """
        import_module("uaip_project.operations.checks")
        import_module("uaip_project.operations.key_checks")
        import_module("uaip_project.operations.site_checks")
        if not settings.PROTOCOL_DIR:
            require_agreement(
                catalogue.default_protocol(),
                conversation=settings.CONVERSATION,
                stages=settings.STAGES,
                config=settings.CONFIG_DIR,
            )
