"""The schema of the API as JSON and YAML, and the page to try it on."""

from __future__ import annotations

import functools
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response


class Schema(SpectacularAPIView):
    """/api/schema/: JSON, or YAML with ``?format=yaml`` or by Accept."""

    renderer_classes = (OpenApiJsonRenderer, OpenApiYamlRenderer)

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **parameters: Any) -> Response:
        return Response(whole_schema())

    def get_authenticate_header(self, request: Request) -> str:
        """Strangers get 401, not 403."""
        return 'Bearer realm="U-AIP"'


@functools.cache
def whole_schema() -> dict[str, Any]:
    """The same for everybody, so it is made once in a process: it takes a second or so."""
    return SchemaGenerator().get_schema(request=None, public=True)


_docs = SpectacularSwaggerSplitView.as_view(template_name="api_docs.html", url_name="api-schema")


def docs(request: HttpRequest) -> HttpResponseBase:
    """/docs, guarded as a page: a stranger is led to the sign-in."""
    return _docs(request)
