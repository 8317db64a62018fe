"""The accounts app."""

from importlib import import_module

from django.apps import AppConfig

from accounts import job_kinds


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listens to allauth, takes the place of its back office, and registers the mails."""
        for kind, handler in (
            ("invitation", "accounts.services.members.send_invitation"),
            ("reset_link", "accounts.services.reset_links.send_reset_link"),
            ("webhook_off", "accounts.services.webhook_delivery.tell_maker"),
        ):
            job_kinds.register(kind, handler=handler, is_outbound=True)
        for kind, verb in (("asked", "tell_of_wish"), ("closed", "tell_of_outcome")):
            handler = f"accounts.services.promotions.{verb}"
            job_kinds.register(f"promotion_{kind}", handler=handler, is_outbound=True)
        for kind, verb in (("audit_anchor", "write_anchor"), ("audit_seal", "seal_old")):
            job_kinds.register(kind, handler=f"accounts.services.audit_upkeep.{verb}")
        job_kinds.register(
            "webhook",
            handler="accounts.services.webhook_delivery.deliver",
            when_given_up="accounts.services.webhook_delivery.give_up_delivery",
            is_outbound=True,
        )
        import_module("accounts.declared_settings")
        import_module("accounts.signin_record")
        import_module("accounts.session_limits")
        import_module("accounts.entrance_admin")
        import_module("accounts.key_admin")
        import_module("accounts.setting_admin")
        import_module("accounts.webhook_admin")
