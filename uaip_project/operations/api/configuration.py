"""The configuration for programs: every setting in force, and those that may change at run time."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import runtime_settings
from accounts.api_conventions import ApiView, describe, entity_tag, one, read_body, require_match
from accounts.api_errors import Stale, Unusable
from accounts.permissions import Permission
from accounts.services import setting_changes
from uaip_project.operations import configuration

TAG = "Configuration"


@extend_schema_field({"type": ["string", "object", "array", "number", "boolean"]})
class _AnyValue(serializers.JSONField):
    """What a setting can be; null where the field says so."""


class _ChangerOut(serializers.Serializer[Any]):
    code = serializers.UUIDField()
    name = serializers.CharField()


class _ChangeOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    version = serializers.IntegerField()
    before = _AnyValue(allow_null=True, help_text="null: as environment or file say.")
    after = _AnyValue(allow_null=True)
    reason = serializers.CharField()
    changed_at = serializers.DateTimeField()
    changed_by = _ChangerOut()


class _RunTimeOut(serializers.Serializer[Any]):
    title = serializers.CharField()
    version = serializers.IntegerField(help_text="0: never changed at run time.")
    allowed = serializers.CharField(help_text="What can be sent, as a sentence.")
    file_value = _AnyValue(help_text="What environment or file say.")
    danger = serializers.CharField(help_text="Why the value in force is dangerous; empty if not.")
    latest_change = _ChangeOut(allow_null=True)


class _SettingOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    group = serializers.ChoiceField(configuration.GROUPS)
    value = _AnyValue(allow_null=True, help_text="null for a secret.")
    source = serializers.ChoiceField(
        [
            configuration.RUN_TIME,
            "environment",
            configuration.SECRET_FILE,
            configuration.SITE_FILE,
            configuration.SHIPPED_FILE,
            configuration.DEFAULT,
        ]
    )
    is_secret = serializers.BooleanField()
    is_set = serializers.BooleanField()
    run_time = _RunTimeOut(allow_null=True, help_text="null where it cannot be changed here.")


class _ConfigurationOut(serializers.Serializer[Any]):
    settings = _SettingOut(many=True)


class _SettingIn(serializers.Serializer[Any]):
    #: null takes the value of environment or file again.
    value = _AnyValue(allow_null=True, help_text="null: as environment or file say again.")
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)
    confirm = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=100,
        help_text="The key once more, where the value is dangerous.",
    )


class Configuration(ApiView):
    """Every setting in force; secrets only as set or not set."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SETTING_VIEW}

    @describe("Show the configuration", gives=_ConfigurationOut, tag=TAG)
    def get(self, request: Request) -> Response:
        found = configuration.everything()
        return Response({"settings": [configuration.described(each) for each in found]})


class Setting(ApiView):
    """One setting."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.SETTING_VIEW,
        "PATCH": Permission.SETTING_MANAGE,
    }

    @describe("Show a setting", gives=_SettingOut, also=(404,), tag=TAG, tells_version=True)
    def get(self, request: Request, key: str) -> Response:
        return _reply(_found(key))

    @describe(
        "Change a setting at run time",
        takes=_SettingIn,
        gives=_SettingOut,
        also=(404,),
        needs_match=True,
        tells_version=True,
        sends=[("A higher bar", {"value": 7.5, "reason": "As the committee decided."})],
        tag=TAG,
    )
    def patch(self, request: Request, key: str) -> Response:
        try:
            chosen = configuration.chosen(key)
        except runtime_settings.NoSuchSetting as fault:
            raise Http404(str(fault)) from None
        wish = read_body(_SettingIn, request)
        tag = _tag(key, chosen.version)
        require_match(request, tag, yours=wish["value"], theirs=chosen.value)
        _change(request, key, chosen.version, wish)
        return _reply(_found(key))


def _change(request: Request, key: str, version: int, wish: dict[str, Any]) -> None:
    try:
        setting_changes.change_setting(
            key=key,
            value=wish["value"],
            version=version,
            reason=wish["reason"],
            confirmed=wish["confirm"],
            by=request.user,
        )
    except runtime_settings.ValueRefused as refusal:
        raise Unusable({"value": [str(refusal)]}) from None
    except setting_changes.NotConfirmed as refusal:
        words = f"This is dangerous. {refusal} Send the key as confirm if it should be so."
        raise Unusable({"confirm": [words]}) from None
    except setting_changes.SomebodyWasFaster as race:
        tag = _tag(key, race.version)
        raise Stale(tag=tag, yours=race.yours, theirs=race.theirs) from None


def _found(key: str) -> configuration.Shown:
    try:
        return configuration.find(key)
    except runtime_settings.NoSuchSetting as fault:
        raise Http404(str(fault)) from None


def _reply(found: configuration.Shown) -> Response:
    version = found.chosen.version if found.chosen else 0
    return one(configuration.described(found), tag=_tag(found.key, version))


def _tag(key: str, version: int) -> str:
    return entity_tag("setting", key, version)
