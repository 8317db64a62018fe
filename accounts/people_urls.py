"""Addresses of the pages about people, below /people/."""

from __future__ import annotations

from django.urls import path

from accounts.views import invitations, people

app_name = "people"

urlpatterns = [
    path("", people.people, name="people"),
    path("invite/", invitations.invite, name="invite"),
    path("invitations/<uuid:code>/", invitations.handle, name="invitation-handle"),
    path("come-in/<str:token>/", invitations.accept, name="invitation-accept"),
    path("<uuid:code>/", people.person, name="person"),
    path("<uuid:code>/role/", people.role, name="role"),
    path("<uuid:code>/access/", people.access, name="access"),
    path("<uuid:code>/promotion/", people.promotion, name="promotion"),
]
