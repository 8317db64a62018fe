"""The operations app."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import pre_save

from accounts import closed_doors, job_kinds
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
        job_kinds.register(
            "scheduled",
            handler="uaip_project.operations.scheduled.do_scheduled",
            when_given_up="uaip_project.operations.scheduled.give_up_scheduled",
        )
        job_kinds.register(
            "incident_message",
            handler="uaip_project.operations.incidents.messages.deliver",
            is_outbound=True,
        )
        door = import_module("uaip_project.operations.maintenance_door")
        closed_doors.register(door.why_not)
        import_module("uaip_project.operations.checks")
        import_module("uaip_project.operations.key_checks")
        import_module("uaip_project.operations.seal_checks")
        import_module("uaip_project.operations.site_checks")
        import_module("uaip_project.operations.timeout_checks")
        import_module("uaip_project.operations.backups.checks")
        import_module("uaip_project.operations.statement_times")
        import_module("uaip_project.operations.log_level")
        # A version of the configuration before each change, whatever the way it is changed by.
        snapshots = import_module("uaip_project.operations.config_snapshots")
        pre_save.connect(snapshots.note_before, sender="accounts.SettingChange")
        if not settings.PROTOCOL_DIR:
            require_agreement(
                catalogue.default_protocol(),
                conversation=settings.CONVERSATION,
                stages=settings.STAGES,
                config=settings.CONFIG_DIR,
            )
