"""What every operation of the HTTP API does alike. How to write one:

    from accounts.api_conventions import ApiView, Lists, describe, listed, one, read_body

    class ThingIn(serializers.Serializer[Any]):              # what is taken: named fields only
        title = serializers.CharField(max_length=200)

    class ThingOut(serializers.Serializer[Any]):              # what is given; documentation only
        id = serializers.UUIDField()

    class Things(ApiView):
        needs = {"GET": Permission.THING_VIEW, "POST": Permission.THING_START}

        @describe("List things", gives=Lists(ThingOut), reads=THINGS.parameters)
        def get(self, request: Request) -> Response:
            rows = Thing.objects.visible_to(request.user).values("code", "created_at", "pk")
            return listed(THINGS, request, rows, shape=thing_row)

        @describe("Make a thing", takes=ThingIn, gives=ThingOut, status=201, also=(409,))
        def post(self, request: Request) -> Response:
            wish = read_body(ThingIn, request)
            made = things.make_thing(**wish, by=request.user)
            return one(thing_data(made), tag=tag_of(made), status=201,
                       location=address(request, "thing", made.code))

- Refusals: raise Http404 (not visible), ``require(allowed, reason)`` (403), or a fault of
  accounts.api_errors: Unusable (422, details per field), Conflict (409), Stale (412).
- A list is ``ListOf(name=, order=, filters=)``; with ``skip`` and ``limit`` it answers
  ``{items, total, skip, limit}``, with ``cursor`` ``{items, next, previous}``. Where counting
  would cost too much, ``is_endless=True`` leaves only the cursor.
- What can be edited carries a strong ETag: ``one(data, tag=entity_tag(...))``. PUT, PATCH and
  DELETE call ``require_match(request, tag, theirs=..., yours=...)`` first: 428 without If-Match,
  412 with both texts when somebody was faster.
- Every POST honours Idempotency-Key by itself. Where the reply shows a secret, say
  ``shows_secret = True`` on the view: it is never stored. Give such a reply a Location.
  A POST that refuses by raising did nothing, and its key stays free.
- Paths: no slash at the end, ``<code:code>`` for a public UUID (a bad one is 400 INVALID_UUID).
  Mount ``<room>/api/urls.py`` in uaip_project/api_urls.py: it answers below /api/v1/ and /api/.
- ``describe`` writes the operation into the OpenAPI schema with all its statuses; a test compares
  routes and schema.
"""

from accounts.api_conventions import paths as paths
from accounts.api_conventions.describing import Lists, describe
from accounts.api_conventions.etags import address, entity_tag, one, require_match
from accounts.api_conventions.lists import ListOf, listed
from accounts.api_conventions.reading import read_body, read_query
from accounts.api_conventions.views import ApiView

__all__ = [
    "ApiView",
    "ListOf",
    "Lists",
    "address",
    "describe",
    "entity_tag",
    "listed",
    "one",
    "read_body",
    "read_query",
    "require_match",
]
